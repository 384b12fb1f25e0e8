# A small school: nothing that costs money when nobody learns.
mock_provider "google" {}

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
  load_balancer         = false
  alert_warnings        = false
}

run "no_load_balancer" {
  command = plan

  assert {
    condition     = length(google_compute_global_address.public) + length(google_compute_global_forwarding_rule.https) + length(google_compute_global_forwarding_rule.http) + length(google_compute_url_map.public) + length(google_compute_security_policy.edge) + length(google_compute_backend_service.api) + length(google_compute_region_network_endpoint_group.api) + length(google_compute_managed_ssl_certificate.public) == 0
    error_message = "Nothing of the load balancer is created."
  }

  assert {
    condition     = { for name, function in google_cloudfunctions2_function.function : split("-", name)[1] => function.service_config[0].ingress_settings... } == { for target in distinct([for each in local.functions : each.target]) : target => [for each in local.functions : target == "api" ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY" if each.target == target] }
    error_message = "APIs are reachable by their own addresses, deliveries by Google's services only."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].min_instance_count == 0])
    error_message = "No instance waits for requests."
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.alert)) == toset([for name, alert in local.alert_table.alerts : name if alert.severity == "critical"])
    error_message = "Only critical alerts are created."
  }
}

run "hosting" {
  command = plan

  assert {
    condition     = length(jsondecode(output.hosting).hosting.rewrites) == length(local.patterns) + 1
    error_message = "Every pattern is a rewrite, and the fallback is the last one."
  }

  assert {
    condition     = [for rule in jsondecode(output.hosting).hosting.rewrites : rule.run.serviceId if rule.source == "/api/v1/accounts{,/**}"] == ["aksio-auth-api"] && jsondecode(output.hosting).hosting.rewrites[length(local.patterns)] == { source = "**", run = { serviceId = "aksio-admin-api", region = "europe-west1" } }
    error_message = "Paths lead to their groups."
  }

  assert {
    condition     = [for rule in jsondecode(output.hosting).hosting.rewrites : rule.source if rule.source != "**"] == [for pattern in local.ordered_patterns : "${pattern.template}{,/**}"]
    error_message = "The most specific pattern comes first."
  }
}

run "with_load_balancer" {
  command = plan

  variables {
    load_balancer  = true
    alert_warnings = true
  }

  assert {
    condition     = output.hosting == null && length(google_compute_backend_service.api) == length(local.public_groups) && length(google_monitoring_alert_policy.alert) == length(local.alert_table.alerts)
    error_message = "The load balancer and all alerts are the default."
  }
}
