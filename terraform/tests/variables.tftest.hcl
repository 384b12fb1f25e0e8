# Invalid and unsafe values are refused before anything is created.
mock_provider "google" {}

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

run "refuses_names_that_google_refuses" {
  command = plan

  variables {
    project_id         = "Aksio_Test"
    name               = "a-name-too-long"
    region             = "europe-west1-b"
    firestore_location = "everywhere"
    firestore_database = "X"
    billing_account    = "my account"
    ci_repository_id   = "aksio/aksio"
    ci_environment     = "Production!"
    topic_prefix       = "goog-"
    recreation         = -1
    promoters          = ["allUsers"]
    state_bucket       = "aksio-state"
  }

  expect_failures = [
    var.project_id,
    var.name,
    var.region,
    var.firestore_location,
    var.firestore_database,
    var.billing_account,
    var.ci_repository_id,
    var.ci_environment,
    var.topic_prefix,
    var.recreation,
    var.promoters,
  ]
}

run "refuses_unencrypted_and_public_access" {
  command = plan

  variables {
    domain                = "https://api.aksio.example/"
    frontend_url          = "http://aksio.example"
    cors_origins          = ["*"]
    retriever_service_url = "http://retrieval.aksio.example"
    outside_publishers    = ["allUsers"]
  }

  expect_failures = [
    var.domain,
    var.frontend_url,
    var.cors_origins,
    var.retriever_service_url,
    var.outside_publishers,
  ]
}

run "refuses_weak_secrets_and_secrets_in_the_environment" {
  command = plan

  variables {
    environment   = { OPENAI_API_KEY = "sk-somewhere" }
    secret_values = { JWT_SECRET = "short" }
  }

  expect_failures = [
    var.environment,
    var.secret_values,
  ]
}

run "refuses_a_short_audit_key" {
  command = plan

  variables {
    environment   = { OPENAI_API_KEY = "sk-somewhere" }
    secret_values = { AUDIT_KEYS = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,short" }
  }

  expect_failures = [
    var.environment,
    var.secret_values,
  ]
}

run "refuses_settings_that_have_variables_of_their_own" {
  command = plan

  variables {
    environment = { SMTP_HOST = "smtp.aksio.example" }
  }

  expect_failures = [var.environment]
}

run "refuses_to_run_with_emulators" {
  command = plan

  variables {
    environment = { EMULATORS = "true" }
  }

  expect_failures = [var.environment]
}

run "refuses_mail_without_a_service" {
  command = plan

  variables {
    mail               = { from = "no-reply@aksio.example" }
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1 }
  }

  expect_failures = [var.mail]
}

run "refuses_mail_with_two_services" {
  command = plan

  variables {
    mail = {
      from = "no-reply@aksio.example"
      smtp = { host = "smtp.aksio.example", username = "aksio" }
      ses  = { region = "Ireland" }
    }
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1, SES_ACCESS_KEY = 1, SES_SECRET_KEY = 1 }
  }

  expect_failures = [var.mail]
}

run "refuses_a_secret_without_a_generation" {
  command = plan

  variables {
    secret_generations = { JWT_SECRET = 2 }
  }

  expect_failures = [var.secret_generations]
}

run "refuses_a_generation_of_an_unused_secret" {
  command = plan

  variables {
    secret_generations = { AUDIT_KEYS = 1, JWT_SECRET = 1, OPENAI_API_KEY = 1, RETRIEVER_SERVICE_TOKEN = 1, SMTP_PASSWORD = 1, SES_ACCESS_KEY = 1 }
  }

  expect_failures = [var.secret_generations]
}

run "refuses_an_empty_secret" {
  command = plan

  variables {
    secret_values = { SMTP_PASSWORD = "" }
  }

  expect_failures = [var.secret_values]
}

run "refuses_unknown_groups_and_secrets" {
  command = plan

  variables {
    min_instances = { nobody = 1 }
    secret_values = { OPENAI_KEY = "sk-misspelt" }
  }

  expect_failures = [
    var.min_instances,
    var.secret_values,
  ]
}

run "refuses_numbers_out_of_range" {
  command = plan

  variables {
    min_instances           = { auth = -1 }
    backup_days             = 0
    event_delivery_attempts = 4
    requests_per_minute     = 50
    sign_ins_per_minute     = 0
    edge_log_sample_rate    = 2
    alert_email             = "nobody"
    alert_min_requests      = 0
    objectives              = { availability = 1, latency_ms = 1234 }
    monthly_budget          = 0.5
  }

  expect_failures = [
    var.min_instances,
    var.backup_days,
    var.event_delivery_attempts,
    var.requests_per_minute,
    var.sign_ins_per_minute,
    var.edge_log_sample_rate,
    var.alert_email,
    var.alert_min_requests,
    var.objectives,
    var.monthly_budget,
  ]
}

run "refuses_a_pipeline_without_its_state" {
  command = plan

  variables {
    ci_repository_id = "123456789"
  }

  expect_failures = [var.state_bucket]
}

run "refuses_one_channel_twice" {
  command = plan

  variables {
    alert_second_channel = { type = "email", labels = { email_address = "operations@aksio.example" } }
  }

  expect_failures = [var.alert_second_channel]
}

run "refuses_an_unknown_channel" {
  command = plan

  variables {
    alert_second_channel = { type = "pigeon", labels = { loft = "roof" } }
  }

  expect_failures = [var.alert_second_channel]
}
