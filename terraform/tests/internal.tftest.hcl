# An internal group is reachable by its invokers alone, and patterns with placeholders route to their groups.
mock_provider "google" {
  override_during = plan

  mock_resource "google_vpc_access_connector" {
    defaults = { id = "connector" }
  }
}

override_resource {
  target          = google_service_account.group["front"]
  override_during = plan
  values          = { member = "serviceAccount:front@aksio.example" }
}

override_resource {
  target          = google_compute_backend_service.api["front"]
  override_during = plan
  values          = { id = "front" }
}

override_resource {
  target          = google_compute_backend_service.api["other"]
  override_during = plan
  values          = { id = "other" }
}

variables {
  table                 = "tests/internal.yaml"
  project_id            = "aksio-test"
  domain                = "api.aksio.example"
  frontend_url          = "https://aksio.example"
  cors_origins          = ["https://aksio.example"]
  retriever_service_url = "https://retrieval.aksio.example"
  alert_email           = "operations@aksio.example"
  alert_second_channel  = { type = "sms", labels = { number = "+4915112345678" } }
  mail                  = { from = "no-reply@aksio.example", smtp = { host = "relay.aksio.example" } }
  secret_generations    = {}
}

run "internal_group" {
  command = plan

  assert {
    condition     = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].ingress_settings } == { front-api = "ALLOW_INTERNAL_AND_GCLB", other-api = "ALLOW_INTERNAL_AND_GCLB", hidden-api = "ALLOW_INTERNAL_ONLY", hidden-tasks = "ALLOW_INTERNAL_ONLY" }
    error_message = "An internal API accepts internal requests only."
  }

  assert {
    condition     = toset(keys(google_cloud_run_v2_service_iam_member.api)) == toset(["front", "other"])
    error_message = "Only public APIs admit all callers."
  }

  assert {
    condition     = { for key, each in google_cloud_run_v2_service_iam_member.invoker : key => "${each.role} ${each.name} ${each.member}" } == { "hidden/front" = "roles/run.invoker aksio-hidden-api serviceAccount:front@aksio.example" }
    error_message = "An internal API admits its invokers alone."
  }

  assert {
    condition     = toset(keys(google_compute_backend_service.api)) == toset(["front", "other"]) && toset(keys(google_compute_region_network_endpoint_group.api)) == toset(["front", "other"])
    error_message = "An internal group is not on the load balancer."
  }

  assert {
    condition     = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].vpc_connector_egress_settings if function.service_config[0].vpc_connector == "connector" } == { front-api = "PRIVATE_RANGES_ONLY" }
    error_message = "Only the invoker's functions use the connector."
  }

  assert {
    condition     = google_compute_subnetwork.internal["internal"].private_ip_google_access && google_dns_record_set.run["internal"].name == "*.run.app."
    error_message = "The network resolves functions to Google's private addresses."
  }
}

run "routes" {
  command = plan

  assert {
    condition = jsonencode([for rule in google_compute_url_map.public[0].path_matcher[0].route_rules : "${rule.service} ${join(" ", [for match in rule.match_rules : coalesce(match.full_path_match, match.prefix_match, match.path_template_match)])}"]) == jsonencode([
      "other /api/front/own /api/front/own/",
      "other /api/front/*/other /api/front/*/other/**",
      "front /api/front /api/front/",
      "other /api/other /api/other/",
    ])
    error_message = "The most specific pattern comes first."
  }
}
