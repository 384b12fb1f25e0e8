output "address" {
  description = "The address for the domain's A record; null without a load balancer."
  value       = one(google_compute_global_address.public[*].address)
}

output "url" {
  description = "The address of the API."
  value       = "https://${var.domain}"
}

output "functions" {
  description = "The functions with their own addresses, reachable from the load balancer and Google's services only."
  value       = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].uri }
}

output "releases" {
  description = "The content hash of each group's deployed code."
  value       = local.releases
}

output "buckets" {
  value = {
    objects = google_storage_bucket.objects.name
    sources = google_storage_bucket.sources.name
  }
}

output "secrets" {
  description = "The secrets in Secret Manager, by setting."
  value       = { for setting, secret in google_secret_manager_secret.secret : setting => secret.secret_id }
}

output "dead_letters" {
  description = "The subscription of undeliverable events."
  value       = google_pubsub_subscription.dead_letters.name
}

output "ci" {
  description = "The identities that the deploying pipeline uses."
  value = {
    for key in local.ci : key => {
      workload_identity_provider = google_iam_workload_identity_pool_provider.ci[key].name
      service_account            = google_service_account.deploy[key].email
    }
  }
}

output "hosting" {
  description = "firebase.json of a deployment without a load balancer."
  value       = var.load_balancer ? null : jsonencode({ hosting = { public = "public", rewrites = local.rewrites } })
}
