# Metrics from the functions' logs, one JSON object for each line. Their labels are groups and kinds, not routes: each
# series is billed by the month, and callers invent paths.
locals {
  logs        = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in keys(local.functions) : "\"${var.name}-${name}\""])})"
  request_log = "${local.logs} AND jsonPayload.logger=\"aksio.request\""
  slow_route  = "jsonPayload.route=~\"${local.alert_table.slow_routes}\""

  milliseconds = [5, 10, 25, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 20000, 30000, 60000, 120000, 300000, 540000]
  amounts      = [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 500, 1000, 5000, 20000, 100000]

  distributions = {
    store_reads  = { field = "reads", unit = "1", text = "Billed document reads", filter = "", bounds = local.amounts }
    store_writes = { field = "writes", unit = "1", text = "Billed document writes", filter = "", bounds = local.amounts }
    model_tokens = { field = "tokens", unit = "1", text = "Tokens of the language model", filter = "", bounds = local.amounts }
    latency      = { field = "ms", unit = "ms", text = "Time until the answer is complete", filter = " AND NOT ${local.slow_route}", bounds = local.milliseconds }
    slow_latency = { field = "ms", unit = "ms", text = "Time of uploads, streams and generations", filter = " AND ${local.slow_route}", bounds = local.milliseconds }
  }

  # Single lines that operators must see, counted by the value of one of their fields.
  counters = {
    errors      = { filter = "${local.request_log} AND jsonPayload.status>=500", label = "group", field = "group", text = "Answers with a 5xx status" }
    dead_tasks  = { filter = "${local.logs} AND jsonPayload.dead_task:*", label = "task", field = "dead_task", text = "Tasks that failed for good" }
    failed_work = { filter = "${local.logs} AND jsonPayload.failed_work:*", label = "kind", field = "failed_work", text = "Documents and jobs that failed" }
  }
}

resource "google_logging_metric" "request" {
  for_each = local.distributions

  name            = "${var.name}/${each.key}"
  description     = "${each.value.text}, by group"
  filter          = "${local.request_log} AND jsonPayload.status<400${each.value.filter}"
  value_extractor = "EXTRACT(jsonPayload.${each.value.field})"

  label_extractors = {
    group = "EXTRACT(jsonPayload.group)"
  }

  metric_descriptor {
    display_name = each.value.text
    metric_kind  = "DELTA"
    value_type   = "DISTRIBUTION"
    unit         = each.value.unit

    labels {
      key = "group"
    }
  }

  bucket_options {
    explicit_buckets {
      bounds = each.value.bounds
    }
  }

  depends_on = [terraform_data.apis]
}

# The sweep logs the age of the oldest message that the outbox still holds.
resource "google_logging_metric" "outbox_age" {
  name            = "${var.name}/outbox_age"
  description     = "Age of the oldest message in the outbox"
  filter          = "${local.logs} AND jsonPayload.outbox_oldest_seconds>=0"
  value_extractor = "EXTRACT(jsonPayload.outbox_oldest_seconds)"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "s"
  }

  bucket_options {
    explicit_buckets {
      bounds = [1, 10, 60, 120, 300, 600, 1800, 3600, 14400, 86400]
    }
  }

  depends_on = [terraform_data.apis]
}

resource "google_logging_metric" "counter" {
  for_each = local.counters

  name        = "${var.name}/${each.key}"
  description = "${each.value.text}, by ${each.value.label}"
  filter      = each.value.filter

  label_extractors = {
    (each.value.label) = "EXTRACT(jsonPayload.${each.value.field})"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    labels {
      key = each.value.label
    }
  }

  depends_on = [terraform_data.apis]
}

# Two, so that an alert arrives when one of them is out of order.
resource "google_monitoring_notification_channel" "operators" {
  for_each = {
    mail   = { type = "email", labels = { email_address = var.alert_email } }
    second = var.alert_second_channel
  }

  display_name = "${var.name} alerts (${each.key})"
  type         = each.value.type
  labels       = each.value.labels

  depends_on = [terraform_data.apis]
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

  depends_on = [terraform_data.apis]
}

# Health answers 200 without the retrieval service, and names it.
resource "google_monitoring_uptime_check_config" "retrieval" {
  display_name = "${var.name} retrieval"
  period       = "300s"
  timeout      = "10s"

  http_check {
    path         = "/api/health/"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  content_matchers {
    content = "\"ok\""
    matcher = "MATCHES_JSON_PATH"

    json_path_matcher {
      json_path    = "$.checks.retrieval"
      json_matcher = "EXACT_MATCH"
    }
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project_id
      host       = var.domain
    }
  }

  depends_on = [terraform_data.apis]
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
    monitoring_notification_channels = [for channel in google_monitoring_notification_channel.operators : channel.id]
  }
}

moved {
  from = google_monitoring_notification_channel.email
  to   = google_monitoring_notification_channel.operators["mail"]
}

moved {
  from = google_logging_metric.errors
  to   = google_logging_metric.counter["errors"]
}
