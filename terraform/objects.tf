# The users' files, accessible only by links that the functions sign.
resource "google_storage_bucket" "objects" {
  name                        = "${var.project_id}-${var.name}-objects"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  cors {
    origin          = var.cors_origins
    method          = ["GET", "HEAD", "PUT"]
    response_header = ["Content-Type", "Content-Length", "Content-Disposition", "ETag"]
    max_age_seconds = 3600
  }

  # Temporary files. The functions delete most of them earlier: exports when there is a newer one, uploads when they are
  # confirmed or abandoned.
  dynamic "lifecycle_rule" {
    for_each = local.table.temporary_objects
    content {
      action {
        type = "Delete"
      }
      condition {
        age            = lifecycle_rule.value
        matches_prefix = [lifecycle_rule.key]
      }
    }
  }

  # Parts of incomplete uploads.
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  # Deleted files can be restored for a week; erasure is complete after that.
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  depends_on = [terraform_data.apis]
}

# The account of the key for the S3-compatible API, with rights to this bucket alone.
resource "google_service_account" "objects" {
  account_id   = "${var.name}-objects"
  display_name = "Access to objects by the S3-compatible API"

  depends_on = [terraform_data.apis]
}

resource "google_storage_bucket_iam_member" "objects" {
  bucket = google_storage_bucket.objects.name
  role   = "roles/storage.objectUser"
  member = google_service_account.objects.member
}

# google_storage_hmac_key would keep the key in the state. This writes it to Secret Manager only. A failed attempt may
# leave an unused key: `gcloud storage hmac list` shows it.
resource "terraform_data" "objects_key" {
  triggers_replace = [google_service_account.objects.unique_id, var.objects_key_generation]

  provisioner "local-exec" {
    interpreter = ["/bin/bash", "-euo", "pipefail", "-c"]
    command     = <<-EOT
      key=$(gcloud storage hmac create "$ACCOUNT" --project="$PROJECT" --format='value(metadata.accessId,secret)')
      read -r access secret <<<"$key"
      printf %s "$access" | gcloud secrets versions add "$ACCESS_NAME" --project="$PROJECT" --data-file=- --quiet
      printf %s "$secret" | gcloud secrets versions add "$SECRET_NAME" --project="$PROJECT" --data-file=- --quiet
    EOT
    environment = {
      PROJECT     = var.project_id
      ACCOUNT     = google_service_account.objects.email
      ACCESS_NAME = google_secret_manager_secret.secret["OBJECTS_ACCESS_KEY"].secret_id
      SECRET_NAME = google_secret_manager_secret.secret["OBJECTS_SECRET_KEY"].secret_id
    }
  }
}
