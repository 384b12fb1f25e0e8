# A queue has the address of its group and signs the requests, so a task needs neither.
resource "google_cloud_tasks_queue" "group" {
  for_each = local.queues

  name     = "${local.queue_prefix}${each.key}"
  location = var.region

  rate_limits {
    max_dispatches_per_second = each.value.per_second
    max_concurrent_dispatches = each.value.concurrent
  }

  retry_config {
    max_attempts  = -1 # the function keeps a task as dead after its attempts; one that the queue drops would be lost
    min_backoff   = "${each.value.min_backoff}s"
    max_backoff   = "${each.value.max_backoff}s"
    max_doublings = 16
  }

  http_target {
    http_method = "POST"

    uri_override {
      scheme                    = "HTTPS"
      host                      = trimprefix(google_cloudfunctions2_function.function["${each.value.group}-tasks"].service_config[0].uri, "https://")
      uri_override_enforce_mode = "ALWAYS"
    }

    oidc_token {
      service_account_email = google_service_account.invoker["tasks"].email
      audience              = google_cloudfunctions2_function.function["${each.value.group}-tasks"].service_config[0].uri
    }
  }

  stackdriver_logging_config {
    sampling_ratio = 0.1
  }
}

locals {
  # Google keeps the name of a deleted queue for a week, and that of a deleted identity pool for a month.
  reserved_suffix = var.recreation == 0 ? "" : tostring(var.recreation)
  queue_prefix    = var.recreation == 0 ? "${var.name}-" : "${var.name}-${local.reserved_suffix}-"

  schedules = merge([
    for group, set in local.workers : {
      for task, cron in set.schedules : "${group}.${task}" => { group = group, task = task, cron = cron }
    }
  ]...)
}

# A failed run is not repeated: the next scheduled one does its work.
resource "google_cloud_scheduler_job" "task" {
  for_each = local.schedules

  name             = "${var.name}-${replace(each.key, ".", "-")}"
  region           = var.region
  schedule         = each.value.cron
  time_zone        = "Etc/UTC"
  attempt_deadline = "180s"

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.function["${each.value.group}-tasks"].service_config[0].uri}/"
    body        = base64encode(jsonencode({ name = each.value.task, data = {} }))
    headers     = { "Content-Type" = "application/json" }

    oidc_token {
      service_account_email = google_service_account.invoker["tasks"].email
      audience              = google_cloudfunctions2_function.function["${each.value.group}-tasks"].service_config[0].uri
    }
  }

  retry_config {
    retry_count = 0
  }

  depends_on = [terraform_data.apis]
}
