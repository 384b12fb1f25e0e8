# Settings and secrets of the product.
variable "environment" {
  description = "Further settings of the product by name (see .env.example), without secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.environment) : !can(regex("(SECRET|PASSWORD|TOKEN|_KEY)$", name))])
    error_message = "Put secrets into secret_values: the environment is kept in the state."
  }

  validation {
    condition     = alltrue([for name in keys(var.environment) : !can(regex("^(MAIL|SMTP|SES|FIREBASE|OBJECTS)_|^(PROFILE|EMULATORS|DEBUG)$", name))])
    error_message = "Mail, Firebase, the bucket and the profile have variables of their own and must not be in the environment."
  }
}

variable "mail" {
  description = "The sender and the service that sends mail, smtp or ses. They need the secret SMTP_PASSWORD (with a username), or SES_ACCESS_KEY and SES_SECRET_KEY."
  type = object({
    from = string
    smtp = optional(object({
      host     = string
      port     = optional(number, 587)
      username = optional(string, "") # empty: no password is needed
      starttls = optional(bool, true)
    }))
    ses = optional(object({ region = string }))
  })

  validation {
    condition     = (var.mail.smtp == null) != (var.mail.ses == null)
    error_message = "Set exactly one of smtp and ses."
  }

  validation {
    condition     = var.mail.smtp == null ? true : var.mail.smtp.host != ""
    error_message = "smtp needs a host."
  }

  validation {
    condition     = var.mail.ses == null ? true : can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.mail.ses.region))
    error_message = "ses needs a region of AWS, such as eu-west-1."
  }
}

variable "openai" {
  description = "Generate with OpenAI, which needs the secret OPENAI_API_KEY, instead of the offline model."
  type        = bool
  default     = true
}

variable "traces_endpoint" {
  description = "Where spans are sent by OTLP over HTTP; https://telemetry.googleapis.com for Cloud Trace, empty for none."
  type        = string
  default     = ""

  validation {
    condition     = var.traces_endpoint == "" || startswith(var.traces_endpoint, "https://")
    error_message = "The endpoint of spans is an https:// address, or empty."
  }
}

variable "firebase_project_id" {
  description = "The Firebase project whose users may sign in and which sends push notifications; empty for neither."
  type        = string
  default     = ""
}

variable "secret_values" {
  description = "The values of secrets by setting, needed for each new generation. They are not in the state."
  type        = map(string)
  default     = {}
  sensitive   = true

  validation {
    condition     = alltrue([for value in values(var.secret_values) : value != ""])
    error_message = "A secret must not be empty. Leave out the option that needs it instead."
  }

  validation {
    condition     = !contains(keys(var.secret_values), "JWT_SECRET") || length(lookup(var.secret_values, "JWT_SECRET", "")) >= 32
    error_message = "JWT_SECRET must have at least 32 characters."
  }

  validation {
    condition     = alltrue([for key in split(",", lookup(var.secret_values, "AUDIT_KEYS", join("", [for _ in range(32) : "x"]))) : length(trimspace(key)) >= 32])
    error_message = "Each key of AUDIT_KEYS must have at least 32 characters."
  }

  validation {
    condition     = length(setsubtract(keys(var.secret_values), local.given_secrets)) == 0
    error_message = "Give values only for secrets that this deployment uses and does not create itself."
  }
}

variable "secret_generations" {
  description = "The generation of each secret that this deployment uses, from 1. A changed number writes the value in secret_values."
  type        = map(number)

  # A missing number would be a changed one.
  validation {
    condition     = toset(keys(var.secret_generations)) == local.given_secrets
    error_message = "Give a number for exactly these secrets: ${join(", ", sort(local.given_secrets))}."
  }

  validation {
    condition     = alltrue([for number in values(var.secret_generations) : number >= 1 && floor(number) == number])
    error_message = "A generation is a whole number from 1."
  }
}

variable "objects_key_generation" {
  description = "Raise it to create a new key for the bucket, then revoke the old one by hand."
  type        = number
  default     = 1
}
