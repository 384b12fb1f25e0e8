locals {
  dead_letter_topic = "${var.name}-dead-letters"

  # All events are on one topic, except those that other services publish on their own topics.
  topics         = toset(concat(["events"], keys(local.table.topics)))
  topic_of_event = merge([for topic, types in local.table.topics : { for type in types : type => topic }]...)

  # A filter has at most 256 characters, so each type of event that a group receives has its own subscription.
  subscriptions = merge([
    for group, set in local.receivers : {
      for type in set.events : "${group}.${type}" => {
        group        = group
        type         = type
        topic        = lookup(local.topic_of_event, type, "events")
        ack_deadline = min(600, max(10, set.timeout))
      }
    }
  ]...)
}

resource "google_pubsub_topic" "events" {
  for_each = local.topics

  name                       = "${var.topic_prefix}${each.key}"
  message_retention_duration = "604800s"

  depends_on = [terraform_data.apis]
}

resource "google_pubsub_topic" "dead_letters" {
  name = local.dead_letter_topic

  depends_on = [terraform_data.apis]
}

# Keeps undeliverable events for 31 days.
resource "google_pubsub_subscription" "dead_letters" {
  name                       = local.dead_letter_topic
  topic                      = google_pubsub_topic.dead_letters.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = local.subscriptions

  name                       = "${var.name}.${each.key}"
  topic                      = google_pubsub_topic.events[each.value.topic].id
  filter                     = "attributes.\"ce-type\" = \"${each.value.type}\""
  ack_deadline_seconds       = each.value.ack_deadline
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = google_cloudfunctions2_function.function["${each.value.group}-events"].service_config[0].uri

    # The body is the event's data; its attributes become the headers of a CloudEvent in binary mode.
    no_wrapper {
      write_metadata = true
    }

    oidc_token {
      service_account_email = google_service_account.invoker["events"].email
      audience              = google_cloudfunctions2_function.function["${each.value.group}-events"].service_config[0].uri
    }
  }

  retry_policy {
    minimum_backoff = "5s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = var.event_delivery_attempts
  }

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub's own account moves dead letters from a subscription to their topic.
locals {
  project_number = google_storage_bucket.objects.project_number # known without the right to read the project
  pubsub_agent   = "serviceAccount:service-${local.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_topic_iam_member" "dead_letters" {
  topic  = google_pubsub_topic.dead_letters.name
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent

  depends_on = [terraform_data.apis]
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.subscriptions

  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# The retrieval service publishes when a document is processed.
resource "google_pubsub_topic_iam_member" "outside_publishers" {
  for_each = merge([
    for topic in keys(local.table.topics) : {
      for member in var.outside_publishers : "${topic}/${member}" => { topic = topic, member = member }
    }
  ]...)

  topic  = google_pubsub_topic.events[each.value.topic].name
  role   = "roles/pubsub.publisher"
  member = each.value.member

  depends_on = [google_pubsub_subscription.push]
}
