# Rights, and public access.
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
  ci_repository_id      = "123456789"
  state_bucket          = "aksio-state"
}

run "identities" {
  command = plan

  assert {
    condition     = keys(google_service_account.group) == keys(local.groups) && length(distinct([for account in google_service_account.group : account.account_id])) == length(local.groups)
    error_message = "Every group has an account of its own."
  }

  assert {
    condition     = alltrue([for account in concat(values(google_service_account.group), values(google_service_account.invoker), [google_service_account.build, google_service_account.objects]) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.account_id))])
    error_message = "Google accepts the names of accounts."
  }

  assert {
    condition     = alltrue([for set in values(local.settings) : length(set.roles) > 0])
    error_message = "Every group has the rights it needs."
  }

  assert {
    condition = alltrue([
      for role in concat(
        [for each in google_project_iam_member.group : each.role],
        [for each in google_project_iam_member.build : each.role],
        [for each in google_project_iam_member.deploy : each.role],
      ) : !contains(["roles/owner", "roles/editor", "roles/viewer"], role) && !endswith(role, "iam.securityAdmin") && !endswith(role, "projectIamAdmin")
    ])
    error_message = "No account has a basic role or one that grants rights."
  }

  assert {
    condition     = alltrue([for each in google_project_iam_member.group : startswith(each.role, "roles/datastore.") && length(each.condition) == 1])
    error_message = "A group's only project role is for the product's database."
  }

  assert {
    condition     = alltrue([for key, each in google_cloud_tasks_queue_iam_member.group : each.role == "roles/cloudtasks.enqueuer"]) && toset(keys(google_cloud_tasks_queue_iam_member.group)) == toset(flatten([for queue, each in local.queues : [for group, set in local.settings : "${group}/${queue}" if group == each.group || contains(set.enqueues, each.group)]]))
    error_message = "A group adds tasks to its own queues and to those of the groups in `enqueues`."
  }

  assert {
    condition     = alltrue([for each in google_pubsub_topic_iam_member.group : each.role == "roles/pubsub.publisher"])
    error_message = "Groups may publish events."
  }
}

run "secrets" {
  command = plan

  assert {
    condition     = alltrue([for set in values(local.settings) : alltrue([for secret in set.secrets : contains(keys(google_secret_manager_secret.secret), secret)])])
    error_message = "Every secret that a function needs exists."
  }

  assert {
    condition     = alltrue([for name, each in local.functions : toset([for secret in google_cloudfunctions2_function.function[name].service_config[0].secret_environment_variables : secret.key]) == toset(local.settings[each.group].secrets)])
    error_message = "A function gets its group's secrets and no others."
  }

  assert {
    condition     = toset(keys(google_secret_manager_secret_iam_member.group)) == toset(flatten([for group, set in local.settings : [for secret in set.secrets : "${group}/${secret}"]])) && alltrue([for each in google_secret_manager_secret_iam_member.group : each.role == "roles/secretmanager.secretAccessor"])
    error_message = "A group reads its own secrets and no others."
  }

  assert {
    condition     = alltrue([for version in google_secret_manager_secret_version.given : version.secret_data == null])
    error_message = "No secret is kept in the state."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : alltrue([for secret in local.secrets : !contains(keys(function.service_config[0].environment_variables), secret)])])
    error_message = "No secret is a plain environment variable."
  }
}

run "buckets" {
  command = plan

  assert {
    condition     = alltrue([for bucket in [google_storage_bucket.objects, google_storage_bucket.sources] : bucket.public_access_prevention == "enforced" && bucket.uniform_bucket_level_access])
    error_message = "No bucket and no object is public."
  }

  assert {
    condition     = google_storage_bucket.objects.cors[0].origin == tolist(["https://aksio.example"]) && contains(google_storage_bucket.objects.cors[0].method, "PUT")
    error_message = "Only the frontends' origins may upload to the bucket."
  }

  assert {
    condition     = { for rule in google_storage_bucket.objects.lifecycle_rule : one(rule.condition).matches_prefix[0] => one(rule.condition).age if one(rule.action).type == "Delete" } == { "exports/" = 7, "uploads/" = 2 }
    error_message = "Only exports and uploads are deleted after some days."
  }

  assert {
    condition     = google_storage_bucket_iam_member.objects.role == "roles/storage.objectUser"
    error_message = "The account of the key has rights to the bucket's objects alone."
  }
}

run "edge" {
  command = plan

  assert {
    condition     = alltrue([for each in google_compute_backend_service.api : each.load_balancing_scheme == "EXTERNAL_MANAGED"]) && local.environment.TRUSTED_PROXIES == "2"
    error_message = "The global load balancer adds two addresses to X-Forwarded-For."
  }

  assert {
    condition     = toset([for rule in google_compute_security_policy.edge[0].rule : "${rule.priority} ${rule.action} ${rule.rate_limit_options[0].rate_limit_threshold[0].count} in ${rule.rate_limit_options[0].rate_limit_threshold[0].interval_sec}s by ${rule.rate_limit_options[0].enforce_on_key}: ${rule.rate_limit_options[0].exceed_action}" if rule.action == "throttle"]) == toset(["1000 throttle 60 in 60s by IP: deny(429)", "2000 throttle 3000 in 60s by IP: deny(429)"])
    error_message = "A class of 30 at one address may make 100 requests a minute each, and sign in twice."
  }

  assert {
    condition = alltrue([
      for path in ["/api/auth/login", "/api/auth/login/", "/api/users/auth/register/", "/api/v1/accounts/login/firebase/", "/api/v1/accounts/login/", "/api/v1/auth/password-reset-confirm/"] :
      can(regex(local.sign_in_paths, path))
    ])
    error_message = "The stricter limit applies to all ways to sign in."
  }

  assert {
    condition = alltrue([
      for path in ["/api/v1/accounts/login/history/", "/api/v1/courses/", "/api/v1/webhooks/register/"] :
      !can(regex(local.sign_in_paths, path))
    ])
    error_message = "The stricter limit applies to sign-ins only."
  }

  assert {
    condition     = local.throttles["Sign-ins and new accounts by address"].expression == "request.path.urlDecode().matches('${local.sign_in_paths}')"
    error_message = "The stricter limit applies to encoded paths too."
  }

  assert {
    condition     = alltrue([for rule in google_compute_url_map.public[0].path_matcher[0].route_rules : one(one(rule.route_action).cors_policy).allow_origins == tolist(["https://aksio.example"])]) && one(one(google_compute_url_map.public[0].path_matcher[0].default_route_action).cors_policy).allow_origins == tolist(["https://aksio.example"])
    error_message = "The load balancer answers preflights of the frontends on every path."
  }

  assert {
    condition     = [for rule in google_compute_security_policy.edge[0].rule : rule.action if rule.priority == min(google_compute_security_policy.edge[0].rule[*].priority...)] == ["allow"]
    error_message = "Preflights are allowed before anything is counted."
  }

  assert {
    condition     = can(regex(local.frontend_origins, "https://aksio.example")) && !can(regex(local.frontend_origins, "https://aksio-example")) && !can(regex(local.frontend_origins, "https://aksio.example.evil.test"))
    error_message = "Only preflights of the frontends are not counted."
  }

  assert {
    condition     = google_compute_ssl_policy.modern[0].min_tls_version == "TLS_1_2"
    error_message = "TLS is at least 1.2."
  }
}

run "deployment" {
  command = plan

  assert {
    condition     = google_iam_workload_identity_pool_provider.ci["ci"].attribute_condition == "assertion.repository_id == \"123456789\" && assertion.ref == \"refs/heads/main\" && assertion.environment == \"production\""
    error_message = "Only the main branch of the repository with this number deploys, and only in its protected environment."
  }

  assert {
    condition     = alltrue([for permission in google_project_iam_custom_role.deploy["ci"].permissions : !endswith(permission, "setIamPolicy")])
    error_message = "The pipeline grants no rights."
  }

  assert {
    condition     = google_service_account_iam_member.ci["ci"].role == "roles/iam.workloadIdentityUser"
    error_message = "The pipeline may use the deploying account."
  }
}

run "no_deployment" {
  command = plan

  variables {
    ci_repository_id = ""
  }

  assert {
    condition     = length(google_iam_workload_identity_pool.ci) + length(google_service_account.deploy) + length(google_project_iam_member.deploy) + length(google_service_account_iam_member.deploy) == 0
    error_message = "Without a repository there is no pipeline account."
  }
}
