# One account for each group, with only the rights that its code uses.
resource "google_service_account" "group" {
  for_each = local.groups

  account_id   = "${var.name}-${each.key}"
  display_name = "Functions of the group ${each.key}"

  depends_on = [terraform_data.apis]
}

locals {
  database_id = "projects/${var.project_id}/databases/${var.firestore_database}"

  group_roles = merge([
    for group, set in local.settings : {
      for role in set.roles : "${group}/${role}" => { group = group, role = role }
    }
  ]...)

  # The queues to which a group adds tasks: its own and those of the groups in `enqueues`.
  senders = merge([
    for group, set in local.settings : {
      for queue, each in local.queues : "${group}/${queue}" => { group = group, queue = queue }
      if each.group == group || contains(set.enqueues, each.group)
    }
  ]...)
}

resource "google_project_iam_member" "group" {
  for_each = local.group_roles

  project = startswith(each.value.role, "roles/firebase") ? var.firebase_project_id : var.project_id
  role    = each.value.role
  member  = google_service_account.group[each.value.group].member

  dynamic "condition" {
    for_each = startswith(each.value.role, "roles/datastore.") ? [true] : []
    content {
      title      = "${var.name}-database-only"
      expression = "resource.name == \"${local.database_id}\""
    }
  }
}

# The right to send spans to Cloud Trace.
resource "google_project_iam_member" "traces" {
  for_each = toset([for group in keys(local.groups) : group if local.traces_in_google])

  project = var.project_id
  role    = "roles/telemetry.tracesWriter"
  member  = google_service_account.group[each.key].member
}

resource "google_pubsub_topic_iam_member" "group" {
  for_each = local.groups

  topic  = google_pubsub_topic.events["events"].name
  role   = "roles/pubsub.publisher"
  member = google_service_account.group[each.key].member

  # An event that is published before its subscription exists is lost to it. Until then a message waits in the outbox.
  depends_on = [google_pubsub_subscription.push]
}

resource "google_cloud_tasks_queue_iam_member" "group" {
  for_each = local.senders

  name     = google_cloud_tasks_queue.group[each.value.queue].name
  location = var.region
  role     = "roles/cloudtasks.enqueuer"
  member   = google_service_account.group[each.value.group].member
}

# Accounts of deliveries: Pub/Sub calls the entry points `events`, Cloud Tasks and Cloud Scheduler the entry points
# `tasks`.
resource "google_service_account" "invoker" {
  for_each = toset(["events", "tasks"])

  account_id   = "${var.name}-${each.key}-invoker"
  display_name = "Delivery of ${each.key} to the functions"

  depends_on = [terraform_data.apis]
}

# The account of builds reads sources and writes images and logs.
resource "google_service_account" "build" {
  account_id   = "${var.name}-build"
  display_name = "Builds of the functions"

  depends_on = [terraform_data.apis]
}

resource "google_project_iam_member" "build" {
  for_each = {
    "roles/logging.logWriter" = ""
    # The platform copies sources into a bucket that it creates with the first function.
    "roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\")"
  }

  project = var.project_id
  role    = each.key
  member  = google_service_account.build.member

  dynamic "condition" {
    for_each = each.value == "" ? [] : [each.value]
    content {
      title      = "${var.name}-sources-only"
      expression = condition.value
    }
  }
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build" {
  repository = google_artifact_registry_repository.functions.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

# A grant takes up to two minutes to be known everywhere. The first build and the first start of a function fail without
# theirs, so functions wait for them.
resource "terraform_data" "grants" {
  triggers_replace = sort(concat(
    keys(google_project_iam_member.group),
    keys(google_project_iam_member.build),
    keys(google_secret_manager_secret_iam_member.group),
    [google_storage_bucket_iam_member.build.role, google_artifact_registry_repository_iam_member.build.role],
  ))

  provisioner "local-exec" {
    command = "sleep 120"
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_project_iam_member.group,
    google_secret_manager_secret_iam_member.group,
    google_storage_bucket_iam_member.build,
  ]
}
