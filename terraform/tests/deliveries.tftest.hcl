# Deliveries of events and tasks: none is lost silently, and only our accounts may deliver.
mock_provider "google" {
  override_during = plan

  mock_resource "google_cloudfunctions2_function" {
    defaults = {
      service_config = { uri = "https://function.a.run.app" }
    }
  }
  mock_resource "google_pubsub_topic" {
    defaults = { id = "projects/aksio-test/topics/other" }
  }
  mock_resource "google_storage_bucket" {
    defaults = { project_number = 123456789012 }
  }
}

override_resource {
  target          = google_service_account.invoker["events"]
  override_during = plan
  values          = { email = "events@aksio.example", member = "serviceAccount:events@aksio.example" }
}

override_resource {
  target          = google_service_account.invoker["tasks"]
  override_during = plan
  values          = { email = "tasks@aksio.example", member = "serviceAccount:tasks@aksio.example" }
}

override_resource {
  target          = google_pubsub_topic.dead_letters
  override_during = plan
  values          = { id = "projects/aksio-test/topics/dead-letters" }
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

run "subscriptions" {
  command = plan

  assert {
    condition     = toset(keys(google_pubsub_subscription.push)) == toset(flatten([for group, set in local.settings : [for type in set.events : "${group}.${type}"]]))
    error_message = "Every event that a group receives has a subscription."
  }

  assert {
    condition     = alltrue([for key, each in local.subscriptions : google_pubsub_subscription.push[key].filter == "attributes.\"ce-type\" = \"${each.type}\"" && length(google_pubsub_subscription.push[key].filter) <= 256])
    error_message = "A subscription filters one type of event, with a filter that Pub/Sub accepts."
  }

  assert {
    condition     = alltrue([for push in google_pubsub_subscription.push : push.push_config[0].no_wrapper[0].write_metadata])
    error_message = "Events arrive as CloudEvents: the data as body, the attributes as headers."
  }

  assert {
    condition     = alltrue([for push in google_pubsub_subscription.push : push.dead_letter_policy[0].dead_letter_topic == "projects/aksio-test/topics/dead-letters" && push.dead_letter_policy[0].max_delivery_attempts >= 5])
    error_message = "Every subscription has a dead-letter topic."
  }

  assert {
    condition     = alltrue([for push in google_pubsub_subscription.push : push.push_config[0].oidc_token[0].service_account_email == "events@aksio.example" && push.retry_policy[0].maximum_backoff == "600s"])
    error_message = "Deliveries are signed and retried with growing backoff."
  }

  assert {
    condition     = alltrue([for key, each in local.subscriptions : google_pubsub_subscription.push[key].ack_deadline_seconds >= local.settings[each.group].timeout])
    error_message = "Pub/Sub waits for at least the function's timeout."
  }

  assert {
    condition     = alltrue([for push in google_pubsub_subscription.push : push.expiration_policy[0].ttl == ""]) && google_pubsub_subscription.dead_letters.expiration_policy[0].ttl == ""
    error_message = "No subscription expires."
  }

  assert {
    condition     = local.subscriptions["courses.document.processing.completed"].topic == "document-processing" && local.subscriptions["auth.course.created"].topic == "events"
    error_message = "Another service's events come from its own topic."
  }
}

run "dead_letters" {
  command = plan

  assert {
    condition     = google_pubsub_topic_iam_member.dead_letters.member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" && google_pubsub_topic_iam_member.dead_letters.role == "roles/pubsub.publisher"
    error_message = "Pub/Sub may publish dead letters."
  }

  assert {
    condition     = keys(google_pubsub_subscription_iam_member.dead_letters) == keys(google_pubsub_subscription.push)
    error_message = "Pub/Sub may remove dead letters from each subscription."
  }

  assert {
    condition     = google_pubsub_subscription.dead_letters.topic == "projects/aksio-test/topics/dead-letters"
    error_message = "Dead letters are kept."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.alert["dead_letters"].conditions[0].condition_prometheus_query_language[0].query, "{subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"}) > 0")
    error_message = "The first dead letter raises an alert."
  }
}

run "tasks" {
  command = plan

  assert {
    condition     = toset(keys(google_cloud_tasks_queue.group)) == toset(concat([for group, set in local.settings : group if length(set.tasks) > 0], flatten([for group, set in local.settings : [for queue in keys(set.queues) : "${group}-${queue}"]])))
    error_message = "Every group with tasks has a queue, and the further ones of the table."
  }

  assert {
    condition     = google_cloud_tasks_queue.group["courses-outside"].name == "aksio-courses-outside" && google_cloud_tasks_queue.group["courses-outside"].rate_limits[0].max_concurrent_dispatches == 40
    error_message = "Calls to addresses from users have a queue of their own."
  }

  assert {
    condition     = alltrue([for queue in google_cloud_tasks_queue.group : queue.http_target[0].uri_override[0].uri_override_enforce_mode == "ALWAYS" && queue.http_target[0].uri_override[0].host == "function.a.run.app" && queue.http_target[0].oidc_token[0].service_account_email == "tasks@aksio.example"])
    error_message = "A queue sends signed requests to its group, whatever the address of a task."
  }

  assert {
    condition     = alltrue([for queue, set in local.queues : google_cloud_tasks_queue.group[queue].rate_limits[0].max_dispatches_per_second == set.per_second && google_cloud_tasks_queue.group[queue].retry_config[0].max_attempts == -1 && set.min_backoff < set.max_backoff]) && alltrue([for group, set in local.workers : google_cloudfunctions2_function.function["${group}-tasks"].service_config[0].environment_variables["TASK_ATTEMPTS"] == tostring(set.queue.attempts)])
    error_message = "Rates and retries are those of the table, with growing backoff."
  }

  assert {
    condition     = google_cloud_scheduler_job.task["admin.outbox.sweep"].schedule == "* * * * *" && jsondecode(base64decode(google_cloud_scheduler_job.task["admin.outbox.sweep"].http_target[0].body)).name == "outbox.sweep"
    error_message = "The outbox is swept every minute."
  }

  assert {
    condition     = alltrue([for job in google_cloud_scheduler_job.task : job.http_target[0].oidc_token[0].service_account_email == "tasks@aksio.example"])
    error_message = "Scheduled tasks are signed."
  }

  assert {
    condition     = alltrue([for name, each in google_cloud_run_v2_service_iam_member.deliveries : each.role == "roles/run.invoker" && each.member == "serviceAccount:${endswith(name, "-events") ? "events" : "tasks"}@aksio.example"])
    error_message = "Only the accounts of deliveries may call these entry points."
  }
}
