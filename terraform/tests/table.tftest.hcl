# Exactly the resources of the table and of the index file are created.
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
}

run "functions" {
  command = plan

  assert {
    condition     = toset([for name in keys(google_cloudfunctions2_function.function) : name if endswith(name, "-api")]) == toset([for group in keys(local.groups) : "${group}-api"])
    error_message = "Every group has an API."
  }

  assert {
    condition     = alltrue([for group, set in local.settings : (length(set.events) > 0) == contains(keys(google_cloudfunctions2_function.function), "${group}-events")])
    error_message = "A group has an events function if it receives events."
  }

  assert {
    condition     = alltrue([for name, each in local.functions : google_cloudfunctions2_function.function[name].build_config[0].entry_point == each.target])
    error_message = "Each function runs its entry point of main.py."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.build_config[0].runtime == "python311" && function.build_config[0].environment_variables["SOURCE_DATE_EPOCH"] != ""])
    error_message = "Functions are built for Python 3.11, with compiled files that stay valid."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].max_instance_request_concurrency == 80 && tonumber(function.service_config[0].available_cpu) >= 1])
    error_message = "An instance serves 80 requests at the same time, which needs a whole CPU."
  }

  assert {
    condition     = alltrue([for name, function in google_cloudfunctions2_function.function : function.service_config[0].ingress_settings == (endswith(name, "-api") && length(local.groups[local.functions[name].group].paths) > 0 ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY")])
    error_message = "Public APIs accept requests from the load balancer, other functions internal requests."
  }

  assert {
    condition     = alltrue([for name, each in local.functions : google_cloudfunctions2_function.function[name].service_config[0].available_memory == local.groups[each.group].memory])
    error_message = "Memory is that of the table."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].environment_variables["PROFILE"] == "google"])
    error_message = "Deployed code runs in the google profile, which refuses unsafe settings."
  }
}

run "routes" {
  command = plan

  assert {
    condition     = alltrue(flatten([for entry in values(local.groups) : [for path in entry.paths : can(regex("^(/([a-z0-9._-]+|[{][a-z_]+[}]))+/$", path))]]))
    error_message = "Patterns are segments and placeholders between slashes."
  }

  assert {
    condition = jsonencode([
      for rule in google_compute_url_map.public[0].path_matcher[0].route_rules :
      [rule.priority, [for match in rule.match_rules : { full_path_match = match.full_path_match, prefix_match = match.prefix_match, path_template_match = match.path_template_match }]]
    ]) == jsonencode([for rule in local.route_rules : [rule.priority, rule.matches]])
    error_message = "The URL map has the rules of the table in order."
  }

  # As at Google, the first rule that matches decides. No other pattern matches the path below a pattern.
  assert {
    condition = alltrue(flatten([
      for pattern in local.patterns : [
        for path in [for end in ["", "/", "/some/thing/below/"] : "${replace(pattern.template, "*", "0")}${end}"] :
        pattern.group == [
          for index, rule in google_compute_url_map.public[0].path_matcher[0].route_rules : local.route_rules[index].group
          if anytrue([
            for match in rule.match_rules :
            match.full_path_match == path
            || try(startswith(path, match.prefix_match), false)
            || can(regex("^${replace(replace(match.path_template_match, "/**", "/.{0,}"), "*", "[^/]+")}$", path))
          ])
        ][0]
      ]
    ]))
    error_message = "A path, with and without the last slash, and all paths below it lead to their group."
  }

  assert {
    condition     = length(google_compute_url_map.public[0].test) <= 100 && length(google_compute_url_map.public[0].test) == 2 * length(local.patterns)
    error_message = "Google checks each pattern when the URL map changes; it runs at most 100 tests."
  }

  assert {
    condition     = alltrue([for pattern in local.patterns : length(split("*", pattern.template)) <= 5])
    error_message = "Google accepts five wildcards in a template: four placeholders and what lies below."
  }

  assert {
    condition     = toset(keys(google_compute_backend_service.api)) == toset([for group, entry in local.groups : group if length(entry.paths) > 0]) && contains(keys(google_compute_backend_service.api), local.table.fallback)
    error_message = "Every public group has a backend, and the fallback is one of them."
  }

  assert {
    condition     = google_compute_url_map.redirect[0].default_url_redirect[0].https_redirect
    error_message = "http leads to https."
  }
}

run "firestore" {
  command = plan

  assert {
    condition     = length(google_firestore_index.composite) == length(local.indexes.indexes)
    error_message = "Every composite index is created."
  }

  assert {
    condition = alltrue([
      for declared in local.indexes.indexes : anytrue([
        for made in google_firestore_index.composite :
        made.collection == declared.collectionGroup
        && made.query_scope == declared.queryScope
        && [for field in made.fields : field.field_path] == [for field in declared.fields : field.fieldPath]
        && [for field in made.fields : field.order == null ? "" : field.order] == [for field in declared.fields : try(field.order, "")]
        && [for field in made.fields : field.array_config == null ? "" : field.array_config] == [for field in declared.fields : try(field.arrayConfig, "")]
      ])
    ])
    error_message = "Every composite index is created with its fields in order."
  }

  assert {
    condition     = length(google_firestore_field.override) == length(local.indexes.fieldOverrides)
    error_message = "Every field override is created."
  }

  assert {
    condition     = alltrue([for key, override in local.field_overrides : (length(google_firestore_field.override[key].ttl_config) == 1) == try(override.ttl, false)])
    error_message = "Exactly the fields with ttl expire documents."
  }

  assert {
    condition     = alltrue([for key, override in local.field_overrides : length(google_firestore_field.override[key].index_config[0].indexes) == length(override.indexes)])
    error_message = "Fields have the indexes of the file, exempted ones none."
  }

  assert {
    condition     = google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.main.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The database has deletion protection and point-in-time recovery."
  }
}

run "without_recovery" {
  command = plan

  variables {
    point_in_time_recovery = false
  }

  assert {
    condition     = google_firestore_database.main.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_DISABLED"
    error_message = "Point-in-time recovery can be turned off."
  }
}

run "warm_instances" {
  command = plan

  variables {
    min_instances = { auth = 2 }
  }

  assert {
    condition     = google_cloudfunctions2_function.function["auth-api"].service_config[0].min_instance_count == 2
    error_message = "A group's API can be kept warm."
  }

  assert {
    condition     = google_cloudfunctions2_function.function["auth-tasks"].service_config[0].min_instance_count == 0
    error_message = "Functions for tasks are not kept warm."
  }
}
