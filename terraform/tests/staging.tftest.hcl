# A second deployment: names of its own, the archives of the first, names that Google does not keep.
mock_provider "google" {
  override_during = plan

  mock_resource "google_pubsub_topic" {
    defaults = { id = "projects/aksio-test/topics/other" }
  }
  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/123456789012/locations/global/workloadIdentityPools/some" }
  }
}

variables {
  name                  = "aksio-stg"
  project_id            = "aksio-test"
  domain                = "api.staging.aksio.example"
  frontend_url          = "https://staging.aksio.example"
  cors_origins          = ["https://staging.aksio.example"]
  retriever_service_url = "https://retrieval.staging.aksio.example"
  alert_email           = "operations@aksio.example"
  alert_second_channel  = { type = "sms", labels = { number = "+4915112345678" } }
  mail                  = { from = "no-reply@aksio.example", smtp = { host = "smtp.aksio.example", username = "aksio" } }
  secret_generations    = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
  firestore_database    = "staging"
  topic_prefix          = "stg-"
  ci_repository_id      = "123456789"
  ci_environment        = "staging"
  state_bucket          = "aksio-state"
  promoters             = ["serviceAccount:aksio-deploy@aksio-live.iam.gserviceaccount.com"]
}

run "names" {
  command = plan

  assert {
    condition = alltrue([
      for name in concat(
        [for each in google_cloudfunctions2_function.function : each.name],
        [for each in google_cloud_tasks_queue.group : each.name],
        [for each in google_cloud_scheduler_job.task : each.name],
        [for each in google_service_account.group : each.account_id],
        [for each in google_service_account.invoker : each.account_id],
        [for each in google_secret_manager_secret.secret : each.secret_id],
        [for each in google_pubsub_subscription.push : each.name],
        [for each in google_logging_metric.request : each.name],
        [google_pubsub_topic.dead_letters.name, google_compute_url_map.public[0].name, google_compute_security_policy.edge[0].name, google_artifact_registry_repository.functions.repository_id, google_compute_global_address.public[0].name],
      ) : startswith(name, "aksio-stg")
    ])
    error_message = "Everything is named after the deployment."
  }

  assert {
    condition     = alltrue([for each in google_pubsub_topic.events : startswith(each.name, "stg-")]) && local.environment.EVENTS_TOPIC == "stg-events"
    error_message = "Two deployments in a project have topics of their own."
  }

  assert {
    condition     = alltrue([for account in concat(values(google_service_account.group), values(google_service_account.invoker), values(google_service_account.deploy), [google_service_account.build, google_service_account.objects]) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.account_id))])
    error_message = "Google accepts the names of accounts."
  }

  assert {
    condition     = google_firebaserules_release.firestore.name == "cloud.firestore/staging" && google_firestore_database.main.location_id == "europe-west1"
    error_message = "The database is named, and in the region of the functions."
  }

  assert {
    condition     = strcontains(google_iam_workload_identity_pool_provider.ci["ci"].attribute_condition, "assertion.environment == \"staging\"")
    error_message = "Jobs of another environment do not deploy here."
  }

  assert {
    condition     = endswith(google_service_account_iam_member.ci["ci"].member, "/attribute.repository_id/123456789")
    error_message = "The deploying account trusts the repository by its number."
  }
}

run "promotion" {
  command = plan

  assert {
    condition     = [for each in google_storage_bucket_iam_member.promotion : "${each.role} ${each.member}"] == ["roles/storage.objectViewer serviceAccount:aksio-deploy@aksio-live.iam.gserviceaccount.com"]
    error_message = "Production may read the archives of staging, and change none."
  }
}

run "expected_archives" {
  command = plan

  variables {
    expected_releases = { for group in ["auth", "courses", "assessments", "admin"] : group => "unbuilt" }
    archives          = "nowhere"
  }

  assert {
    condition     = length(google_cloudfunctions2_function.function) == length(local.functions)
    error_message = "Archives with the expected hashes are deployed."
  }
}

run "refuses_other_archives" {
  command = plan

  variables {
    expected_releases = { auth = "0123456789abcdef" }
    archives          = "nowhere"
  }

  expect_failures = [google_cloudfunctions2_function.function]
}

run "multi_region" {
  command = plan

  variables {
    firestore_location = "eur3"
  }

  assert {
    condition     = google_firestore_database.main.location_id == "eur3"
    error_message = "A multi-region can be chosen."
  }
}

run "after_a_destroy" {
  command = plan

  variables {
    recreation = 2
  }

  assert {
    condition     = alltrue([for group, queue in google_cloud_tasks_queue.group : queue.name == "aksio-stg-2-${group}"]) && local.environment.TASKS_QUEUE_PREFIX == "aksio-stg-2-" && google_iam_workload_identity_pool.ci["ci"].workload_identity_pool_id == "aksio-stg-ci2"
    error_message = "Names that Google keeps after a deletion are new ones."
  }
}

run "cleanup" {
  command = plan

  assert {
    condition     = { for policy in google_artifact_registry_repository.functions.cleanup_policies : policy.action => policy.id } == { DELETE = "delete-old", KEEP = "keep-recent" } && !google_artifact_registry_repository.functions.cleanup_policy_dry_run
    error_message = "Old images are deleted, the last three of each function are kept."
  }

  assert {
    condition     = one(google_storage_bucket.sources.lifecycle_rule[0].condition).days_since_noncurrent_time == 30
    error_message = "Replaced archives are deleted after a month."
  }
}
