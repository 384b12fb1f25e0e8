resource "google_storage_bucket" "sources" {
  name                        = "${var.project_id}-${var.name}-sources"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
    }
  }

  versioning {
    enabled = true
  }

  depends_on = [terraform_data.apis]
}

resource "google_artifact_registry_repository" "functions" {
  repository_id = "${var.name}-functions"
  location      = var.region
  format        = "DOCKER"

  # Images are built from archives, so an old one can be built again.
  cleanup_policy_dry_run = false

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "2592000s"
    }
  }
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }

  depends_on = [terraform_data.apis]
}

locals {
  archives = { for group in keys(local.groups) : group => "${path.module}/${var.archives}/${group}.zip" }

  # Named by content, so that a group is deployed only when its code changes.
  releases = {
    for group, archive in local.archives :
    group => fileexists(archive) ? substr(filesha256(archive), 0, 16) : "unbuilt"
  }

  environment = merge(
    {
      PROFILE               = "google"
      LOG_LEVEL             = "INFO"
      PUBLIC_URL            = "https://${var.domain}"
      FRONTEND_URL          = var.frontend_url
      CORS_ORIGINS          = join(",", var.cors_origins)
      TRUSTED_PROXIES       = "2" # the caller's address and the proxy's own are appended to X-Forwarded-For
      GOOGLE_CLOUD_PROJECT  = var.project_id
      FIRESTORE_DATABASE    = var.firestore_database
      EVENTS_TOPIC          = google_pubsub_topic.events["events"].name
      TASKS_LOCATION        = var.region
      TASKS_QUEUE_PREFIX    = local.queue_prefix
      OBJECTS_BUCKET        = google_storage_bucket.objects.name
      OBJECTS_ENDPOINT_URL  = "https://storage.googleapis.com"
      OBJECTS_REGION        = "auto"
      RETRIEVER_SERVICE_URL = var.retriever_service_url
      # Not read by code: a change creates revisions, which read the new key of the bucket.
      OBJECTS_KEY_GENERATION = tostring(var.objects_key_generation)
    },
    local.chosen_environment,
    var.environment,
  )
}

resource "google_storage_bucket_object" "source" {
  for_each = local.groups

  name   = "${each.key}/${local.releases[each.key]}.zip"
  bucket = google_storage_bucket.sources.name
  source = local.archives[each.key]

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_cloudfunctions2_function" "function" {
  for_each = local.functions

  name        = "${var.name}-${each.key}"
  location    = var.region
  description = "Entry point ${each.value.target} of the group ${each.value.group}"

  build_config {
    runtime           = "python311"
    entry_point       = each.value.target
    service_account   = google_service_account.build.id
    docker_repository = google_artifact_registry_repository.functions.id

    # Otherwise compiled files have the time of the build and are recompiled at each start.
    environment_variables = {
      SOURCE_DATE_EPOCH = "315532800"
    }

    source {
      storage_source {
        bucket = google_storage_bucket.sources.name
        object = google_storage_bucket_object.source[each.value.group].name
      }
    }
  }

  service_config {
    service_account_email = google_service_account.group[each.value.group].email
    ingress_settings = (
      each.value.target == "api" && contains(keys(local.public_groups), each.value.group)
      ? (var.load_balancer ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_ALL")
      : "ALLOW_INTERNAL_ONLY"
    )
    available_memory                 = local.settings[each.value.group].memory
    available_cpu                    = tostring(local.settings[each.value.group].cpu)
    max_instance_request_concurrency = local.settings[each.value.group].concurrency
    timeout_seconds                  = local.settings[each.value.group].timeout
    max_instance_count               = local.settings[each.value.group].instances.max
    min_instance_count = (
      each.value.target == "api"
      ? lookup(var.min_instances, each.value.group, local.settings[each.value.group].instances.min)
      : 0
    )
    vpc_connector                 = one([for connector in google_vpc_access_connector.internal : connector.id if contains(local.invokers, each.value.group)])
    vpc_connector_egress_settings = contains(local.invokers, each.value.group) ? "PRIVATE_RANGES_ONLY" : null
    environment_variables = merge(
      local.environment,
      each.value.target == "tasks" ? { TASK_ATTEMPTS = tostring(local.settings[each.value.group].queue.attempts) } : {},
    )

    dynamic "secret_environment_variables" {
      for_each = toset(local.settings[each.value.group].secrets)
      content {
        key        = secret_environment_variables.key
        project_id = var.project_id
        secret     = google_secret_manager_secret.secret[secret_environment_variables.key].secret_id
        # By number, so that a new value creates a revision. Versions that a script made have no known number.
        version = (
          contains(local.made_secrets, secret_environment_variables.key)
          ? "latest"
          : google_secret_manager_secret_version.given[secret_environment_variables.key].version
        )
      }
    }
  }

  depends_on = [
    terraform_data.grants,
    terraform_data.objects_key,
  ]

  lifecycle {
    precondition {
      condition     = length(var.expected_releases) == 0 || lookup(var.expected_releases, each.value.group, "") == local.releases[each.value.group]
      error_message = "The archive of this group is not the expected one: get it with infra.promote."
    }
  }
}

# A public API checks the tokens of its callers itself, so the platform admits all requests from the load balancer.
resource "google_cloud_run_v2_service_iam_member" "api" {
  for_each = local.public_groups

  name     = google_cloudfunctions2_function.function["${each.key}-api"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# An internal API admits the accounts of its invokers alone.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = local.invocations

  name     = google_cloudfunctions2_function.function["${each.value.group}-api"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.group[each.value.invoker].member
}

resource "google_cloud_run_v2_service_iam_member" "deliveries" {
  for_each = { for name, function in local.functions : name => function if function.target != "api" }

  name     = google_cloudfunctions2_function.function[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.invoker[each.value.target].member
}
