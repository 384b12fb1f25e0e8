# The options of this deployment: a group gets an option's secrets and roles (infra/functions.yaml) only if chosen.
locals {
  traces_in_google = strcontains(var.traces_endpoint, "://telemetry.googleapis.com")

  options = toset(compact([
    try(var.mail.smtp.username, "") == "" ? "" : "smtp",
    var.mail.ses == null ? "" : "ses",
    var.openai ? "openai" : "",
    var.firebase_project_id == "" ? "" : "firebase",
  ]))

  chosen_environment = {
    for name, value in {
      MAIL_FROM           = var.mail.from
      SMTP_HOST           = try(var.mail.smtp.host, null)
      SMTP_PORT           = try(tostring(var.mail.smtp.port), null)
      SMTP_USERNAME       = try(var.mail.smtp.username, null)
      SMTP_STARTTLS       = try(tostring(var.mail.smtp.starttls), null)
      SES_REGION          = try(var.mail.ses.region, null)
      FIREBASE_PROJECT_ID = var.firebase_project_id
      # Empty records no spans.
      OTEL_EXPORTER_OTLP_ENDPOINT = var.traces_endpoint
    } : name => value if value != null
  }
}
