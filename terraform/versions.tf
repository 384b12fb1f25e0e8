terraform {
  required_version = ">= 1.11" # write-only arguments keep secrets out of the state

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
  }

  # Given at init: -backend-config="bucket=…", and for another deployment -backend-config="prefix=…"
  backend "gcs" {
    prefix = "aksio"
  }
}

provider "google" {
  project               = var.project_id
  region                = var.region
  billing_project       = var.project_id
  user_project_override = true

  default_labels = {
    application = var.name
    managed-by  = "terraform"
  }
}
