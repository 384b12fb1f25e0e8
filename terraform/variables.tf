variable "project_id" {
  description = "The Google Cloud project, empty and with billing enabled."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and hyphens and begins with a letter."
  }
}

variable "name" {
  description = "The beginning of the names of all resources."
  type        = string
  default     = "aksio"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,9}[a-z0-9]$", var.name))
    error_message = "Use 3 to 11 lower-case letters, digits and hyphens, as service accounts have short names."
  }
}

variable "region" {
  description = "The region of functions, queues and buckets."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Give a region, such as europe-west1, not a zone."
  }
}

variable "domain" {
  description = "The API's host name. Its A record must point to the output `address`."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "Give a host name in lower case, without scheme or path."
  }
}

variable "frontend_url" {
  description = "The address of the web frontend, for links in mails."
  type        = string

  validation {
    condition     = can(regex("^https://[^/*]+", var.frontend_url))
    error_message = "The frontend's address must begin with https://."
  }
}

variable "cors_origins" {
  description = "Origins whose pages may call the API and upload to the bucket."
  type        = list(string)

  validation {
    condition     = length(var.cors_origins) > 0 && alltrue([for origin in var.cors_origins : can(regex("^https://[^/*,]+$", origin))])
    error_message = "Each origin must be https://host, without a path or a wildcard."
  }
}

variable "retriever_service_url" {
  description = "The address of the retrieval service."
  type        = string

  validation {
    condition     = startswith(var.retriever_service_url, "https://")
    error_message = "The retrieval service's address must begin with https://."
  }
}

variable "outside_publishers" {
  description = "Members that may publish to the topics of other services, such as the retrieval service's account."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.outside_publishers : startswith(member, "serviceAccount:")])
    error_message = "Each member must be a service account: serviceAccount:…"
  }
}

variable "table" {
  description = "The table of function groups, relative to this folder. Tests use other tables."
  type        = string
  default     = "infra/functions.yaml"
}

variable "archives" {
  description = "The folder of the groups' archives, <group>.zip, relative to this folder."
  type        = string
  default     = "../build/functions"
}

variable "min_instances" {
  description = "Instances of an API that are kept warm, by group, instead of the number in the table."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for count in values(var.min_instances) : count >= 0 && count <= 20 && floor(count) == count])
    error_message = "Keep 0 to 20 instances warm."
  }

  validation {
    condition     = length(setsubtract(keys(var.min_instances), keys(local.groups))) == 0
    error_message = "Name only groups of infra/functions.yaml."
  }
}

variable "firestore_database" {
  description = "The name of the Firestore database."
  type        = string
  default     = "(default)"

  validation {
    condition     = var.firestore_database == "(default)" || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "Use (default), or 4 to 63 lower-case letters, digits and hyphens."
  }
}

variable "firestore_location" {
  description = "The location of the database, which cannot be changed later: a region, by default that of the functions, or a multi-region, which survives the loss of a region and costs about twice as much."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null ? true : can(regex("^(eur3|nam5|nam7|[a-z]+-[a-z]+[0-9]+)$", var.firestore_location))
    error_message = "Give a multi-region (eur3, nam5, nam7) or a region."
  }
}

variable "point_in_time_recovery" {
  description = "Keep the database readable as of any minute of the last week."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Days to keep the daily backups."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 98 && floor(var.backup_days) == var.backup_days
    error_message = "Firestore keeps backups for 1 to 98 days."
  }
}

variable "event_delivery_attempts" {
  description = "Delivery attempts before an event becomes a dead letter."
  type        = number
  default     = 20

  validation {
    condition     = var.event_delivery_attempts >= 5 && var.event_delivery_attempts <= 100
    error_message = "Pub/Sub allows 5 to 100 attempts."
  }
}

variable "load_balancer" {
  description = "Put the global load balancer with Cloud Armor in front of the APIs. Without it, Firebase Hosting routes to them, which costs nothing when idle, but ends answers after a minute and limits nobody by address."
  type        = bool
  default     = true
}

variable "requests_per_minute" {
  description = "Requests per minute from one address to one group. A class shares an address: 30 users with 100 requests each."
  type        = number
  default     = 3000

  validation {
    condition     = var.requests_per_minute >= 100 && var.requests_per_minute <= 10000
    error_message = "Allow 100, the limit of a user, to 10000 requests."
  }
}

variable "sign_ins_per_minute" {
  description = "Sign-ins, registrations and password resets per minute from one address: a class of 30, each with a second attempt."
  type        = number
  default     = 60

  validation {
    condition     = var.sign_ins_per_minute >= 1 && var.sign_ins_per_minute <= 1000
    error_message = "Allow 1 to 1000."
  }
}

variable "edge_log_sample_rate" {
  description = "The share of requests that the load balancer logs."
  type        = number
  default     = 1

  validation {
    condition     = var.edge_log_sample_rate >= 0 && var.edge_log_sample_rate <= 1
    error_message = "Give a share from 0 to 1."
  }
}

variable "alert_email" {
  description = "The e-mail address for alerts."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alert_email))
    error_message = "Give an e-mail address."
  }
}

variable "alert_second_channel" {
  description = "A second channel for alerts, of another kind than mail: sms ({ number = \"+4912345\" }), webhook_tokenauth ({ url = \"https://…\" }), pubsub ({ topic = \"projects/P/topics/T\" }), or email to another person ({ email_address = \"…\" })."
  type        = object({ type = string, labels = map(string) })

  validation {
    condition     = contains(["sms number", "webhook_tokenauth url", "pubsub topic", "email email_address"], "${var.alert_second_channel.type} ${join(" ", keys(var.alert_second_channel.labels))}")
    error_message = "Give the type sms, webhook_tokenauth, pubsub or email, with its label."
  }

  validation {
    condition     = lookup(var.alert_second_channel.labels, "email_address", "") != var.alert_email
    error_message = "The second channel must not be the first."
  }
}

variable "objectives" {
  description = "Service levels over 30 days: the share of requests without a 5xx status; the share of answers within latency_ms, or slow_latency_ms for uploads, streams and generations; the share of minutes without an event older than fresh_seconds."
  type = object({
    availability    = optional(number, 0.999)
    latency         = optional(number, 0.98)
    latency_ms      = optional(number, 2000)
    slow_latency_ms = optional(number, 60000)
    freshness       = optional(number, 0.99)
    fresh_seconds   = optional(number, 300)
  })
  default = {}

  validation {
    condition     = alltrue([for share in [var.objectives.availability, var.objectives.latency, var.objectives.freshness] : share >= 0.95 && share < 1])
    error_message = "Give shares from 0.95 to below 1."
  }

  # The metric counts answers up to these bounds and no others.
  validation {
    condition     = length(setsubtract([var.objectives.latency_ms, var.objectives.slow_latency_ms], local.milliseconds)) == 0
    error_message = "Choose times of local.milliseconds in monitoring.tf."
  }
}

variable "alert_warnings" {
  description = "Create the alerts of severity warning too. Each alert is billed by the month."
  type        = bool
  default     = true
}

variable "alert_min_requests" {
  description = "Requests in an hour below which no alert on a share of them rings; five times as many in a day."
  type        = number
  default     = 200

  validation {
    condition     = var.alert_min_requests >= 1
    error_message = "Give at least 1."
  }
}

variable "billing_account" {
  description = "The billing account of the budget; empty for no budget."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6})?$", var.billing_account))
    error_message = "Give a billing account such as 012345-6789AB-CDEF01."
  }
}

variable "monthly_budget" {
  description = "The monthly budget in the billing account's currency."
  type        = number
  default     = 100

  validation {
    condition     = var.monthly_budget >= 1 && floor(var.monthly_budget) == var.monthly_budget
    error_message = "Give a whole amount of at least 1."
  }
}

variable "ci_repository_id" {
  description = "The number of the GitHub repository whose main branch may deploy; empty for none. `gh api repos/OWNER/NAME --jq .id` shows it."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[0-9]*$", var.ci_repository_id))
    error_message = "Give the repository's number, not its name."
  }
}

variable "ci_environment" {
  description = "The GitHub environment whose jobs alone may deploy. Its rules, such as reviewers, protect this deployment."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.ci_environment))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "promoters" {
  description = "Members that may read this deployment's archives to deploy them elsewhere: for staging, the deploying account of production."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.promoters : startswith(member, "serviceAccount:") || startswith(member, "user:")])
    error_message = "Each member must be a service account or a user."
  }
}

variable "expected_releases" {
  description = "The content hash of each group's archive, from the output `releases` of another deployment. Other archives are refused; empty for no check."
  type        = map(string)
  default     = {}
}

variable "topic_prefix" {
  description = "The beginning of the names of topics, if two deployments share a project. Other services publish to the prefixed topics."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([a-z][a-z0-9-]*)?$", var.topic_prefix)) && !startswith(var.topic_prefix, "goog")
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

variable "recreation" {
  description = "Raise it after a destroy, as Google keeps the names of deleted queues for a week and of identity pools for a month."
  type        = number
  default     = 0

  validation {
    condition     = var.recreation >= 0 && floor(var.recreation) == var.recreation
    error_message = "Give a whole number from 0."
  }
}

variable "state_bucket" {
  description = "The bucket of the Terraform state, which the deploying pipeline reads and writes."
  type        = string
  default     = ""

  validation {
    condition     = var.ci_repository_id == "" || var.state_bucket != ""
    error_message = "ci_repository_id needs state_bucket."
  }
}
