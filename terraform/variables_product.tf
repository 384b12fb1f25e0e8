# The settings and secrets of the product itself.
variable "environment" {
  description = "Further settings of the product (.env.example), by name. Secrets do not belong here."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.environment) : !can(regex("(SECRET|PASSWORD|TOKEN|_KEY)$", name))])
    error_message = "Secrets go into secret_values: the environment is kept in the state."
  }

  validation {
    condition     = alltrue([for name in keys(var.environment) : !can(regex("^(MAIL|SMTP|SES|FIREBASE|OBJECTS)_|^(PROFILE|EMULATORS|DEBUG)$", name))])
    error_message = "Mail, Firebase, the bucket and the profile are set by this configuration, from variables of their own."
  }
}

variable "mail" {
  description = "The sender, and by whom mail is sent: smtp or ses. Signing in takes the secret SMTP_PASSWORD, or SES_ACCESS_KEY and SES_SECRET_KEY."
  type = object({
    from = string
    smtp = optional(object({
      host     = string
      port     = optional(number, 587)
      username = optional(string, "") # empty: the server asks for no password
      starttls = optional(bool, true)
    }))
    ses = optional(object({ region = string }))
  })

  validation {
    condition     = (var.mail.smtp == null) != (var.mail.ses == null)
    error_message = "Mail is sent by one of smtp and ses."
  }

  validation {
    condition     = var.mail.smtp == null ? true : var.mail.smtp.host != ""
    error_message = "SMTP has a host."
  }

  validation {
    condition     = var.mail.ses == null ? true : can(regex("^[a-z]+(-[a-z]+)+-[0-9]+$", var.mail.ses.region))
    error_message = "SES has a region of AWS, such as eu-west-1."
  }
}

variable "openai" {
  description = "Whether OpenAI makes the cards, with the secret OPENAI_API_KEY; otherwise the offline model does, which needs none."
  type        = bool
  default     = true
}

variable "firebase_project_id" {
  description = "The Firebase project whose users may sign in and by which reminders are pushed; empty means neither."
  type        = string
  default     = ""
}

variable "secret_values" {
  description = "The secrets' values, by setting. Needed where a generation is new; never in the state."
  type        = map(string)
  default     = {}
  sensitive   = true

  validation {
    condition     = alltrue([for value in values(var.secret_values) : value != ""])
    error_message = "No secret is empty; whoever uses none of it does not choose what needs it."
  }

  validation {
    condition     = !contains(keys(var.secret_values), "JWT_SECRET") || length(lookup(var.secret_values, "JWT_SECRET", "")) >= 32
    error_message = "JWT_SECRET has at least 32 characters."
  }

  validation {
    condition     = length(setsubtract(keys(var.secret_values), local.given_secrets)) == 0
    error_message = "Only secrets that this deployment uses have values, and not those that are made here."
  }
}

variable "secret_generations" {
  description = "A number for each secret that this deployment uses, beginning with 1. Another number writes the value of secret_values."
  type        = map(number)

  # A number left out would be another one: so none may be.
  validation {
    condition     = toset(keys(var.secret_generations)) == local.given_secrets
    error_message = "Exactly these secrets have a number: ${join(", ", sort(local.given_secrets))}."
  }

  validation {
    condition     = alltrue([for number in values(var.secret_generations) : number >= 1 && floor(number) == number])
    error_message = "Generations are counted from 1."
  }
}

variable "objects_key_generation" {
  description = "Raise it to make a new key for the bucket. The old one is revoked by hand."
  type        = number
  default     = 1
}
