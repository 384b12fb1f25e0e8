# The network between invokers and internal APIs. Google treats a request from one function to another as internal only
# if it comes from a VPC network. So the functions of invokers send requests to *.run.app through a connector.
locals {
  internal_network = length(local.invocations) > 0 ? toset(["internal"]) : toset([])
  invokers         = toset([for invocation in local.invocations : invocation.invoker])
}

resource "google_compute_network" "internal" {
  for_each = local.internal_network

  name                    = "${var.name}-internal"
  auto_create_subnetworks = false

  depends_on = [terraform_data.apis]
}

resource "google_compute_subnetwork" "internal" {
  for_each = local.internal_network

  name                     = "${var.name}-internal"
  region                   = var.region
  network                  = google_compute_network.internal[each.key].id
  ip_cidr_range            = "10.8.0.0/28" # the size that a connector needs
  private_ip_google_access = true
}

resource "google_vpc_access_connector" "internal" {
  for_each = local.internal_network

  name          = "${var.name}-internal"
  region        = var.region
  machine_type  = "e2-micro"
  min_instances = 2
  max_instances = 3

  subnet {
    name = google_compute_subnetwork.internal[each.key].name
  }
}

# The connector carries traffic to private addresses, which include those of private.googleapis.com.
resource "google_dns_managed_zone" "run" {
  for_each = local.internal_network

  name       = "${var.name}-run"
  dns_name   = "run.app."
  visibility = "private"

  private_visibility_config {
    networks {
      network_url = google_compute_network.internal[each.key].id
    }
  }
}

resource "google_dns_record_set" "run" {
  for_each = local.internal_network

  managed_zone = google_dns_managed_zone.run[each.key].name
  name         = "*.run.app."
  type         = "A"
  ttl          = 300
  rrdatas      = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
}
