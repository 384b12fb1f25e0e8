# Alerts, dashboard and budget.
mock_provider "google" {
  override_during = plan

  mock_resource "google_monitoring_uptime_check_config" {
    defaults = { uptime_check_id = "some-check" }
  }
}

variables {
  project_id            = "aksio-test"
  domain                = "api.aksio.example"
  frontend_url          = "https://aksio.example"
  cors_origins          = ["https://aksio.example"]
  retriever_service_url = "https://retrieval.aksio.example"
  alert_email           = "operations@aksio.example"
  alert_second_channel  = { type = "sms", labels = { number = "+4915112345678" } }
  mail                  = { from = "no-reply@aksio.example", smtp = { host = "smtp.aksio.example", username = "aksio" } }
  secret_generations    = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
}

run "alerts" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.alert)) == toset(keys(local.alert_table.alerts))
    error_message = "Every alert of the table has a policy."
  }

  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.alert : length(policy.notification_channels) == 2 && contains(["CRITICAL", "WARNING"], policy.severity)])
    error_message = "Every alert goes to both channels and has a severity."
  }

  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.alert : !strcontains(policy.conditions[0].condition_prometheus_query_language[0].query, "$") && policy.conditions[0].condition_prometheus_query_language[0].disable_metric_validation])
    error_message = "Every query is filled in, and needs no metric that exists already."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.alert["latency_fast"].conditions[0].condition_prometheus_query_language[0].query, "logging_googleapis_com:user_aksio_latency_bucket{le=\"2000\"}") && strcontains(google_monitoring_alert_policy.alert["availability_fast"].conditions[0].condition_prometheus_query_language[0].query, "14.4 * (1 - 0.999)")
    error_message = "Queries have the objectives and the metrics of this deployment."
  }

  assert {
    condition     = alltrue([for name, each in local.functions : strcontains(local.alert_values.busy_instances, "aksio-${name}")]) && strcontains(local.alert_values.busy_instances, "\"}) >= ${ceil(0.9 * local.settings.auth.instances.max)}")
    error_message = "Every function has an alert before its limit of instances."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.alert["dead_letters"].documentation[0].content, "python -m infra.replay --project aksio-test --subscription aksio-dead-letters")
    error_message = "The alert for dead letters contains the command that delivers them again."
  }

  assert {
    condition     = [for channel in google_monitoring_notification_channel.operators : channel.type] == ["email", "sms"] && google_monitoring_notification_channel.operators["mail"].labels["email_address"] == "operations@aksio.example"
    error_message = "Alerts go to alert_email and to the second channel."
  }

  assert {
    condition     = google_monitoring_uptime_check_config.retrieval.content_matchers[0].json_path_matcher[0].json_path == "$.checks.retrieval"
    error_message = "The retrieval service is watched by what the health check says of it."
  }
}

run "a_name_with_a_hyphen" {
  command = plan

  variables {
    name = "aksio-test"
  }

  assert {
    condition     = local.alert_values.metrics == "logging_googleapis_com:user_aksio_test"
    error_message = "Names of metrics in queries have no hyphens."
  }
}

run "metrics" {
  command = plan

  assert {
    condition     = toset([for metric in google_logging_metric.request : metric.value_extractor]) == toset(["EXTRACT(jsonPayload.reads)", "EXTRACT(jsonPayload.writes)", "EXTRACT(jsonPayload.tokens)", "EXTRACT(jsonPayload.ms)"])
    error_message = "Reads, writes, tokens and time of every group are counted."
  }

  assert {
    condition     = alltrue([for metric in concat(values(google_logging_metric.request), values(google_logging_metric.counter)) : length(metric.label_extractors) == 1 && !contains(keys(metric.label_extractors), "route")])
    error_message = "Metrics have one label, and none has the route."
  }

  assert {
    condition     = endswith(google_logging_metric.request["latency"].filter, "AND NOT ${local.slow_route}") && endswith(google_logging_metric.request["slow_latency"].filter, "AND ${local.slow_route}")
    error_message = "Uploads and generations have a latency of their own."
  }

  assert {
    condition     = google_logging_metric.outbox_age.value_extractor == "EXTRACT(jsonPayload.outbox_oldest_seconds)" && contains(google_logging_metric.outbox_age.bucket_options[0].explicit_buckets[0].bounds, 300) && google_logging_metric.counter["dead_tasks"].label_extractors["task"] == "EXTRACT(jsonPayload.dead_task)"
    error_message = "The outbox's age and dead tasks are read from the log."
  }
}

run "dashboard" {
  command = plan

  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.main.dashboard_json).mosaicLayout.tiles) == length(local.charts)
    error_message = "The dashboard shows every chart."
  }

  assert {
    condition     = alltrue([for tile in jsondecode(google_monitoring_dashboard.main.dashboard_json).mosaicLayout.tiles : tile.xPos + tile.width <= 48])
    error_message = "Every chart fits into the grid."
  }
}

run "without_a_budget" {
  command = plan

  assert {
    condition     = length(google_billing_budget.monthly) == 0
    error_message = "Without a billing account there is no budget."
  }
}

run "budget" {
  command = plan

  variables {
    billing_account = "012345-6789AB-CDEF01"
    monthly_budget  = 250
  }

  assert {
    condition     = google_billing_budget.monthly["012345-6789AB-CDEF01"].amount[0].specified_amount[0].units == "250"
    error_message = "The budget has the configured amount."
  }
}
