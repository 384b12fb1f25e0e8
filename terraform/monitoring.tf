# Metrics from the functions' request logs, one JSON object for each request.
locals {
  request_log = "resource.type=\"cloud_run_revision\" AND jsonPayload.logger=\"aksio.request\""

  # Only successful requests are counted by route, as callers invent the routes of others.
  request_metrics = {
    store_reads  = { field = "reads", unit = "1", text = "Billed document reads" }
    store_writes = { field = "writes", unit = "1", text = "Billed document writes" }
    model_tokens = { field = "tokens", unit = "1", text = "Tokens of the language model" }
    latency      = { field = "ms", unit = "ms", text = "Time until the answer is complete" }
  }
}

resource "google_logging_metric" "request" {
  for_each = local.request_metrics

  name            = "${var.name}/${each.key}"
  description     = "${each.value.text}, by group and route"
  filter          = "${local.request_log} AND jsonPayload.status<400"
  value_extractor = "EXTRACT(jsonPayload.${each.value.field})"

  label_extractors = {
    group = "EXTRACT(jsonPayload.group)"
    route = "EXTRACT(jsonPayload.route)"
  }

  metric_descriptor {
    display_name = each.value.text
    metric_kind  = "DELTA"
    value_type   = "DISTRIBUTION"
    unit         = each.value.unit

    labels {
      key = "group"
    }
    labels {
      key = "route"
    }
  }

  bucket_options {
    exponential_buckets {
      scale              = 1
      growth_factor      = 1.5
      num_finite_buckets = 40
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_logging_metric" "errors" {
  name        = "${var.name}/errors"
  description = "Answers with a 5xx status, by group"
  filter      = "${local.request_log} AND jsonPayload.status>=500"

  label_extractors = {
    group = "EXTRACT(jsonPayload.group)"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    labels {
      key = "group"
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_notification_channel" "email" {
  display_name = "${var.name} alerts"
  type         = "email"

  labels = {
    email_address = var.alert_email
  }

  depends_on = [google_project_service.apis]
}

# Only metrics that the platform provides: a log-based one can be used only minutes after its creation, and everything
# must be created by one apply.
locals {
  of_balancer = "resource.type=\"https_lb_rule\" AND resource.label.url_map_name=\"${google_compute_url_map.public.name}\""
  of_subscription = join(" AND ", [
    "resource.type=\"pubsub_subscription\"",
    "resource.label.subscription_id=monitoring.regex.full_match(\"${var.name}[.].+\")",
  ])
  of_deliveries = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.label.service_name=monitoring.regex.full_match(\"${var.name}-.+-(events|tasks)\")",
  ])

  alerts = {
    latency = {
      text      = "A group answers slowly (95th percentile)"
      help      = "Find the slow routes on the dashboard, then read their request logs."
      filter    = "${local.of_balancer} AND metric.type=\"loadbalancing.googleapis.com/https/total_latencies\""
      aligner   = "ALIGN_PERCENTILE_95"
      reducer   = "REDUCE_MAX"
      by        = ["resource.label.backend_target_name"]
      threshold = var.alert_latency_ms
      duration  = "600s"
    }
    dead_letters = {
      text      = "Events could not be delivered"
      help      = "Pull the dead letters, fix the cause, then deliver them again (consumers are idempotent): `python -m infra.replay --project ${var.project_id} --subscription ${google_pubsub_subscription.dead_letters.name}` (docs/operations.md, Replay dead letters)."
      filter    = "resource.type=\"pubsub_subscription\" AND resource.label.subscription_id=\"${google_pubsub_subscription.dead_letters.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      aligner   = "ALIGN_MAX"
      reducer   = "REDUCE_SUM"
      by        = []
      threshold = 0
      duration  = "0s"
    }
    event_backlog = {
      text      = "Events wait for more than ten minutes"
      help      = "The group's events function fails or has too few instances."
      filter    = "${local.of_subscription} AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      aligner   = "ALIGN_MAX"
      reducer   = "REDUCE_MAX"
      by        = ["resource.label.subscription_id"]
      threshold = 600
      duration  = "300s"
    }
    task_backlog = {
      text      = "Tasks start more than ten minutes late"
      help      = "The queue's rate in infra/functions.yaml is too low, or its function fails."
      filter    = "resource.type=\"cloud_tasks_queue\" AND metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\""
      aligner   = "ALIGN_PERCENTILE_95"
      reducer   = "REDUCE_MAX"
      by        = ["resource.label.queue_id"]
      threshold = 600000
      duration  = "300s"
    }
    deliveries = {
      text      = "Events or tasks keep failing"
      help      = "Read the function's errors in the logs. Tasks are dropped after the attempts in infra/functions.yaml."
      filter    = "${local.of_deliveries} AND metric.type=\"run.googleapis.com/request_count\" AND metric.label.response_code_class=\"5xx\""
      aligner   = "ALIGN_RATE"
      reducer   = "REDUCE_SUM"
      by        = ["resource.label.service_name"]
      threshold = 0.1
      duration  = "900s"
    }
  }
}

resource "google_monitoring_alert_policy" "threshold" {
  for_each = local.alerts

  display_name          = "${var.name}: ${each.value.text}"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = each.value.text

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = each.value.duration

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
        group_by_fields      = each.value.by
      }
    }
  }

  documentation {
    content   = each.value.help
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

resource "google_monitoring_alert_policy" "error_rate" {
  display_name          = "${var.name}: too many errors"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = "Share of answers with a 5xx status"

    condition_threshold {
      filter             = "${local.of_balancer} AND metric.type=\"loadbalancing.googleapis.com/https/request_count\" AND metric.label.response_code_class=500"
      denominator_filter = "${local.of_balancer} AND metric.type=\"loadbalancing.googleapis.com/https/request_count\""
      comparison         = "COMPARISON_GT"
      threshold_value    = var.alert_error_rate
      duration           = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content   = "Every error answer has a request_id. The log entry with this id has the exception."
    mime_type = "text/markdown"
  }
}

resource "google_monitoring_uptime_check_config" "health" {
  display_name = "${var.name} health"
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/api/health/"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project_id
      host       = var.domain
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "health" {
  display_name          = "${var.name}: the API does not answer"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]

  conditions {
    display_name = "The health check fails from more than one location"

    condition_threshold {
      filter          = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.label.check_id=\"${google_monitoring_uptime_check_config.health.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    content   = "GET /api/health/ shows which part is down."
    mime_type = "text/markdown"
  }
}

resource "google_billing_budget" "monthly" {
  for_each = toset(var.billing_account == "" ? [] : [var.billing_account])

  billing_account = each.key
  display_name    = "${var.name} (${var.project_id})"

  budget_filter {
    projects        = ["projects/${local.project_number}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      units = tostring(var.monthly_budget)
    }
  }

  threshold_rules {
    threshold_percent = 0.5
  }
  threshold_rules {
    threshold_percent = 0.9
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    monitoring_notification_channels = [google_monitoring_notification_channel.email.id]
  }
}
