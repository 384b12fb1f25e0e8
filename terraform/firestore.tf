resource "google_firestore_database" "main" {
  name                              = var.firestore_database
  location_id                       = coalesce(var.firestore_location, var.region)
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "PESSIMISTIC"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  point_in_time_recovery_enablement = var.point_in_time_recovery ? "POINT_IN_TIME_RECOVERY_ENABLED" : "POINT_IN_TIME_RECOVERY_DISABLED"

  # A database keeps its location for life. Without this, another value would plan to replace it.
  lifecycle {
    ignore_changes = [location_id]
  }

  depends_on = [terraform_data.apis]
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.main.name
  retention = "${var.backup_days * 24 * 60 * 60}s"

  daily_recurrence {}
}

locals {
  # Keyed by content, so that reordering the file changes nothing.
  composite_indexes = {
    for index in local.indexes.indexes :
    join("/", concat(
      [index.collectionGroup, index.queryScope],
      [for field in index.fields : "${field.fieldPath}:${lower(try(field.order, field.arrayConfig))}"],
    )) => index
  }
  field_overrides = {
    for override in local.indexes.fieldOverrides : "${override.collectionGroup}/${override.fieldPath}" => override
  }
}

resource "google_firestore_index" "composite" {
  for_each = local.composite_indexes

  database    = google_firestore_database.main.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }

  # Firestore builds few indexes at the same time; the others wait. The provider repeats what it refuses meanwhile.
  timeouts {
    create = "90m"
    delete = "90m"
  }
}

# Single fields: expiry of documents, and indexes that differ from the default.
resource "google_firestore_field" "override" {
  for_each = local.field_overrides

  database   = google_firestore_database.main.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  dynamic "index_config" {
    for_each = can(each.value.indexes) ? [each.value.indexes] : []
    content {
      dynamic "indexes" {
        for_each = index_config.value
        content {
          query_scope  = try(indexes.value.queryScope, "COLLECTION")
          order        = try(indexes.value.order, null)
          array_config = try(indexes.value.arrayConfig, null)
        }
      }
    }
  }

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [true] : []
    content {}
  }

  timeouts {
    create = "90m"
    update = "90m"
    delete = "90m"
  }
}

# Rules for frontends that access Firestore directly. Functions are subject to IAM alone.
resource "google_firebaserules_ruleset" "firestore" {
  source {
    files {
      name    = "firestore.rules"
      content = file("${path.module}/infra/firestore/firestore.rules")
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_firestore_database.main]
}

resource "google_firebaserules_release" "firestore" {
  name         = var.firestore_database == "(default)" ? "cloud.firestore" : "cloud.firestore/${var.firestore_database}"
  ruleset_name = google_firebaserules_ruleset.firestore.name
}
