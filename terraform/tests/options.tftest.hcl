# A deployment has the secrets and rights of its options and no others.
mock_provider "google" {
  override_during = plan

  mock_resource "google_secret_manager_secret_version" {
    defaults = { version = "7" }
  }
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

run "smtp" {
  command = plan

  assert {
    condition     = local.environment.SMTP_HOST == "smtp.aksio.example" && local.environment.SMTP_PORT == "587" && local.environment.SMTP_USERNAME == "aksio" && !contains(keys(local.environment), "SES_REGION")
    error_message = "Mail is sent by SMTP only."
  }

  assert {
    condition     = contains(keys(google_secret_manager_secret.secret), "SMTP_PASSWORD") && !anytrue([for name in keys(google_secret_manager_secret.secret) : startswith(name, "SES_")])
    error_message = "SMTP has a secret and SES has none."
  }
}

run "smtp_without_signing_in" {
  command = plan

  variables {
    mail               = { from = "no-reply@aksio.example", smtp = { host = "relay.aksio.example", starttls = false } }
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1 }
  }

  assert {
    condition     = local.environment.SMTP_STARTTLS == "false" && !contains(keys(google_secret_manager_secret.secret), "SMTP_PASSWORD")
    error_message = "A server without a username needs no secret."
  }
}

run "ses" {
  command = plan

  variables {
    mail               = { from = "no-reply@aksio.example", ses = { region = "eu-west-1" } }
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SES_ACCESS_KEY = 1, SES_SECRET_KEY = 1 }
  }

  assert {
    condition     = local.environment.SES_REGION == "eu-west-1" && !contains(keys(local.environment), "SMTP_HOST")
    error_message = "Mail is sent by SES only."
  }

  assert {
    condition     = alltrue([for name in ["auth-tasks", "assessments-tasks"] : length(setintersection([for secret in google_cloudfunctions2_function.function[name].service_config[0].secret_environment_variables : secret.key], ["SES_ACCESS_KEY", "SES_SECRET_KEY"])) == 2])
    error_message = "Functions that send mail have both keys."
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret.secret), "SMTP_PASSWORD")
    error_message = "A deployment with SES needs no SMTP password."
  }
}

run "offline_model" {
  command = plan

  variables {
    openai             = false
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret.secret), "OPENAI_API_KEY")
    error_message = "The offline model needs no key."
  }
}

run "no_firebase" {
  command = plan

  assert {
    condition     = length(google_project_service.messaging) == 0 && length([for member in google_project_iam_member.group : member if startswith(member.role, "roles/firebase")]) == 0
    error_message = "Without a Firebase project no account may send messages."
  }
}

run "firebase" {
  command = plan

  variables {
    firebase_project_id = "aksio-app"
  }

  assert {
    condition     = [for key, member in google_project_iam_member.group : "${key} in ${member.project}" if startswith(member.role, "roles/firebase")] == ["assessments/roles/firebasecloudmessaging.admin in aksio-app"]
    error_message = "Only the account of the reminders may send messages in the Firebase project."
  }

  assert {
    condition     = google_project_service.messaging["aksio-app"].service == "fcm.googleapis.com" && local.environment.FIREBASE_PROJECT_ID == "aksio-app"
    error_message = "The messaging API is enabled there, and the functions have the project's id."
  }
}

run "traces" {
  command = plan

  variables {
    traces_endpoint = "https://telemetry.googleapis.com"
  }

  assert {
    condition     = toset(keys(google_project_iam_member.traces)) == toset(keys(local.groups)) && alltrue([for member in google_project_iam_member.traces : member.role == "roles/telemetry.tracesWriter"]) && contains(keys(google_project_service.apis), "telemetry.googleapis.com")
    error_message = "Every function may send spans to Cloud Trace."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].environment_variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://telemetry.googleapis.com"])
    error_message = "Every function has the endpoint."
  }
}

run "no_traces" {
  command = plan

  assert {
    condition     = length(google_project_iam_member.traces) == 0 && !contains(keys(google_project_service.apis), "telemetry.googleapis.com")
    error_message = "Without an endpoint nothing of it is created."
  }
}

run "pinned_secrets" {
  command = plan

  assert {
    condition     = alltrue(flatten([for function in google_cloudfunctions2_function.function : [for secret in function.service_config[0].secret_environment_variables : secret.version == "7" if !startswith(secret.key, "OBJECTS_")]]))
    error_message = "Functions name secrets by version, so that a new value creates a revision."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].environment_variables["OBJECTS_KEY_GENERATION"] == "1"])
    error_message = "Every function has the generation of the bucket's key."
  }
}

run "changed_secrets" {
  command = plan

  variables {
    objects_key_generation = 2
    secret_generations     = { AUDIT_KEYS = 1, JWT_SECRET = 2, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
  }

  assert {
    condition     = { for name, version in google_secret_manager_secret_version.given : name => version.secret_data_wo_version } == { AUDIT_KEYS = 1, JWT_SECRET = 2, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1 }
    error_message = "Only secrets with a changed number are written."
  }

  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].environment_variables["OBJECTS_KEY_GENERATION"] == "2"])
    error_message = "A new key of the bucket creates revisions."
  }
}
