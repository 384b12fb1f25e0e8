# Alerts, dashboard and budget.
mock_provider "google" {}

variables {
  project_id            = "aksio-test"
  domain                = "api.aksio.example"
  frontend_url          = "https://aksio.example"
  cors_origins          = ["https://aksio.example"]
  retriever_service_url = "https://retrieval.aksio.example"
  alert_email           = "operations@aksio.example"
  mail                  = { from = "no-reply@aksio.example", smtp = { host = "smtp.aksio.example", username = "aksio" } }
  secret_generations    = { JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
}

run "alerts" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.threshold)) == toset(["latency", "dead_letters", "event_backlog", "task_backlog", "deliveries"])
    error_message = "Latency, dead letters, both backlogs and failing deliveries raise alerts."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.threshold["dead_letters"].documentation[0].content, "python -m infra.replay --project aksio-test --subscription aksio-dead-letters")
    error_message = "The alert for dead letters contains the command that delivers them again."
  }

  assert {
    condition     = google_monitoring_alert_policy.error_rate.conditions[0].condition_threshold[0].threshold_value == 0.01
    error_message = "More than one error in a hundred answers raises an alert."
  }

  assert {
    condition     = google_monitoring_notification_channel.email.labels["email_address"] == "operations@aksio.example"
    error_message = "Alerts go to alert_email."
  }

  assert {
    condition     = toset([for metric in google_logging_metric.request : metric.value_extractor]) == toset(["EXTRACT(jsonPayload.reads)", "EXTRACT(jsonPayload.writes)", "EXTRACT(jsonPayload.tokens)", "EXTRACT(jsonPayload.ms)"])
    error_message = "Reads, writes, tokens and time of every route are counted."
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
