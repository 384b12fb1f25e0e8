# What the table and the index file say is what is made: nothing more, nothing less.
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

run "functions" {
  command = plan

  assert {
    condition     = toset([for name in keys(google_cloudfunctions2_function.function) : name if endswith(name, "-api")]) == toset([for group in keys(local.groups) : "${group}-api"])
    error_message = "Every group has an API."
  }

  assert {
    condition     = alltrue([for group, set in local.settings : (length(set.events) > 0) == contains(keys(google_cloudfunctions2_function.function), "${group}-events")])
    error_message = "A group has an events function exactly where it receives events."
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
    error_message = "80 requests at once, which takes a whole CPU."
  }

  assert {
    condition     = alltrue([for name, function in google_cloudfunctions2_function.function : function.service_config[0].ingress_settings == (endswith(name, "-api") ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY")])
    error_message = "The API is reached by the load balancer alone, deliveries from the inside alone."
  }

  assert {
    condition     = alltrue([for name, each in local.functions : google_cloudfunctions2_function.function[name].service_config[0].available_memory == local.groups[each.group].memory])
    error_message = "Memory is as in the table."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].environment_variables["PROFILE"] == "google"])
    error_message = "Deployed code runs in the google profile, which refuses unsafe settings."
  }
}

run "paths" {
  command = plan

  assert {
    condition     = alltrue([for set in values(local.groups) : length(set.paths) > 0 && alltrue([for path in set.paths : startswith(path, "/") && endswith(path, "/")])])
    error_message = "Every group has paths, each between slashes."
  }

  assert {
    condition     = toset(flatten([for rule in google_compute_url_map.public.path_matcher[0].path_rule : rule.paths])) == toset(flatten([for set in values(local.groups) : [for path in set.paths : [trimsuffix(path, "/"), "${path}*"]]]))
    error_message = "Every path leads to its group, with and without the last slash, and what lies below it."
  }

  assert {
    condition     = length(flatten([for set in values(local.groups) : set.paths])) == length(distinct(flatten([for set in values(local.groups) : set.paths])))
    error_message = "No path belongs to two groups."
  }

  assert {
    condition     = keys(google_compute_backend_service.api) == keys(local.groups) && contains(keys(local.groups), local.table.fallback)
    error_message = "Every group has a backend, and the fallback is one of them."
  }

  assert {
    condition     = google_compute_url_map.redirect.default_url_redirect[0].https_redirect
    error_message = "http leads to https."
  }
}

run "firestore" {
  command = plan

  assert {
    condition     = length(google_firestore_index.composite) == length(local.indexes.indexes)
    error_message = "Every composite index is made."
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
    error_message = "Every composite index is made with its fields in their order."
  }

  assert {
    condition     = length(google_firestore_field.override) == length(local.indexes.fieldOverrides)
    error_message = "Every field override is made."
  }

  assert {
    condition     = alltrue([for key, override in local.field_overrides : (length(google_firestore_field.override[key].ttl_config) == 1) == try(override.ttl, false)])
    error_message = "Documents expire exactly where the file says so."
  }

  assert {
    condition     = alltrue([for key, override in local.field_overrides : length(google_firestore_field.override[key].index_config[0].indexes) == length(override.indexes)])
    error_message = "Exempted fields have no index, and others the ones they are given."
  }

  assert {
    condition     = google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.main.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The database is protected against deletion and can be read as it was."
  }
}

run "without_recovery" {
  command = plan

  variables {
    point_in_time_recovery = false
  }

  assert {
    condition     = google_firestore_database.main.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_DISABLED"
    error_message = "Recovery is a choice."
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
    error_message = "What nobody waits for starts when it is needed."
  }
}
