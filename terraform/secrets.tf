locals {
  secrets = toset(flatten([for set in values(local.settings) : set.secrets]))

  # Created in objects.tf.
  made_secrets  = toset(["OBJECTS_ACCESS_KEY", "OBJECTS_SECRET_KEY"])
  given_secrets = setsubtract(local.secrets, local.made_secrets)

  secret_readers = merge([
    for group, set in local.settings : {
      for secret in set.secrets : "${group}/${secret}" => { group = group, secret = secret }
    }
  ]...)
}

resource "google_secret_manager_secret" "secret" {
  for_each = setunion(local.secrets, local.made_secrets)

  secret_id = "${var.name}-${lower(replace(each.key, "_", "-"))}"

  replication {
    auto {}
  }

  depends_on = [terraform_data.apis]
}

# Written once for each generation. The argument is write-only, so the value is not in the state. Secret Manager refuses
# an empty value, that is, a new generation without one.
resource "google_secret_manager_secret_version" "given" {
  for_each = local.given_secrets

  secret                 = google_secret_manager_secret.secret[each.key].id
  secret_data_wo         = lookup(var.secret_values, each.key, "")
  secret_data_wo_version = var.secret_generations[each.key]
  deletion_policy        = "DISABLE"

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_secret_manager_secret_iam_member" "group" {
  for_each = local.secret_readers

  secret_id = google_secret_manager_secret.secret[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.group[each.value.group].member
}
