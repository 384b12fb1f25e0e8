resource "google_project_service" "apis" {
  for_each = toset(concat(local.traces_in_google ? ["cloudtrace.googleapis.com", "telemetry.googleapis.com"] : [], [
    "artifactregistry.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudtasks.googleapis.com",
    "compute.googleapis.com",
    "dns.googleapis.com",
    "firebaserules.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
    "vpcaccess.googleapis.com",
  ]))

  service            = each.key
  disable_on_destroy = false
}

# An enabled API answers after about a minute, and Google creates the account by which a service acts (its agent) only
# when it is first used. So this creates the agents that later steps grant rights to, and waits.
resource "terraform_data" "apis" {
  triggers_replace = sort([for api in google_project_service.apis : api.service])

  provisioner "local-exec" {
    interpreter = ["/bin/bash", "-euo", "pipefail", "-c"]
    command     = <<-EOT
      sleep 60
      for service in artifactregistry cloudfunctions cloudscheduler cloudtasks pubsub run; do
        for attempt in 1 2 3 4 5; do
          gcloud beta services identity create --service="$service.googleapis.com" --project="$PROJECT" --quiet && break
          [ "$attempt" -lt 5 ] || exit 1
          sleep 15
        done
      done
    EOT
    environment = {
      PROJECT = var.project_id
    }
  }
}

resource "google_project_service" "messaging" {
  for_each = toset(compact([var.firebase_project_id]))

  project            = each.key
  service            = "fcm.googleapis.com"
  disable_on_destroy = false
}
