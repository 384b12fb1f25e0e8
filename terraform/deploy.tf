# Continuous deployment without keys: the pipeline exchanges its own token for a short-lived one.
locals {
  ci = var.ci_repository_id == "" ? toset([]) : toset(["ci"])

  # Rights to roll out code, indexes and settings. The account grants no rights: people do.
  deploy_roles = toset([
    "roles/artifactregistry.reader",
    "roles/cloudfunctions.developer",
    "roles/cloudscheduler.admin",
    "roles/compute.loadBalancerAdmin",
    "roles/compute.securityAdmin",
    "roles/datastore.indexAdmin",
    "roles/firebaserules.admin",
    "roles/iam.securityReviewer",
    "roles/iam.workloadIdentityPoolViewer",
    "roles/logging.configWriter",
    "roles/monitoring.editor",
    "roles/pubsub.editor",
    "roles/secretmanager.viewer",
    "roles/serviceusage.serviceUsageConsumer",
  ])

  # Permissions that the roles above lack: to read resources that Terraform refreshes, and to change queues without
  # the right to grant access to them.
  deploy_permissions = [
    "cloudtasks.queues.create",
    "cloudtasks.queues.delete",
    "cloudtasks.queues.get",
    "cloudtasks.queues.list",
    "cloudtasks.queues.update",
    "compute.networks.get",
    "compute.subnetworks.get",
    "datastore.backupSchedules.get",
    "datastore.backupSchedules.list",
    "datastore.databases.get",
    "datastore.databases.getMetadata",
    "dns.managedZones.get",
    "dns.resourceRecordSets.list",
    "iam.roles.get",
    "iam.serviceAccounts.get",
    "run.services.get",
    "storage.buckets.get",
    "vpcaccess.connectors.get",
    "vpcaccess.connectors.use",
  ]

  # To deploy a function, an account must be allowed to act as the function's account.
  acted_as = merge(
    { for group, account in google_service_account.group : "group-${group}" => account.name },
    { for target, account in google_service_account.invoker : "invoker-${target}" => account.name },
    { build = google_service_account.build.name },
  )
}

resource "google_iam_workload_identity_pool" "ci" {
  for_each = local.ci

  workload_identity_pool_id = "${var.name}-ci${local.reserved_suffix}"
  display_name              = "Continuous deployment"

  depends_on = [terraform_data.apis]
}

resource "google_iam_workload_identity_pool_provider" "ci" {
  for_each = local.ci

  workload_identity_pool_id          = google_iam_workload_identity_pool.ci[each.key].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = "GitHub Actions"
  attribute_condition                = "assertion.repository_id == \"${var.ci_repository_id}\" && assertion.ref == \"refs/heads/main\" && assertion.environment == \"${var.ci_environment}\""

  # By number: whoever takes over the name of a renamed or deleted repository has another one.
  attribute_mapping = {
    "google.subject"          = "assertion.sub"
    "attribute.repository_id" = "assertion.repository_id"
    "attribute.ref"           = "assertion.ref"
    "attribute.environment"   = "assertion.environment"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "deploy" {
  for_each = local.ci

  account_id   = "${var.name}-deploy"
  display_name = "Deployment from the main branch"

  depends_on = [terraform_data.apis]
}

resource "google_service_account_iam_member" "ci" {
  for_each = local.ci

  service_account_id = google_service_account.deploy[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.ci[each.key].name}/attribute.repository_id/${var.ci_repository_id}"
}

resource "google_project_iam_member" "deploy" {
  for_each = { for pair in setproduct(local.ci, local.deploy_roles) : pair[1] => pair[0] }

  project = var.project_id
  role    = each.key
  member  = google_service_account.deploy[each.value].member
}

resource "google_project_iam_custom_role" "deploy" {
  for_each = local.ci

  role_id     = "${replace(var.name, "-", "_")}_deploy"
  title       = "Deployment of ${var.name}"
  permissions = local.deploy_permissions

  depends_on = [terraform_data.apis]
}

resource "google_project_iam_member" "deploy_custom" {
  for_each = local.ci

  project = var.project_id
  role    = google_project_iam_custom_role.deploy[each.key].name
  member  = google_service_account.deploy[each.key].member
}

resource "google_service_account_iam_member" "deploy" {
  for_each = length(local.ci) == 0 ? {} : local.acted_as

  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deploy["ci"].member
}

resource "google_storage_bucket_iam_member" "deploy_sources" {
  for_each = local.ci

  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectAdmin"
  member = google_service_account.deploy[each.key].member
}

# Archives that were tried here can be deployed elsewhere, without being built again.
resource "google_storage_bucket_iam_member" "promotion" {
  for_each = var.promoters

  bucket = google_storage_bucket.sources.name
  role   = "roles/storage.objectViewer"
  member = each.key
}

resource "google_storage_bucket_iam_member" "deploy_state" {
  for_each = local.ci

  bucket = var.state_bucket
  role   = "roles/storage.objectUser"
  member = google_service_account.deploy[each.key].member
}
