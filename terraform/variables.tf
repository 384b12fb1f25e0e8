variable "project_id" {
  description = "The Google Cloud project, empty and with billing enabled."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id is 6 to 30 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "name" {
  description = "What the names of all resources begin with."
  type        = string
  default     = "aksio"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,9}[a-z0-9]$", var.name))
    error_message = "At most 11 lower-case letters, digits and hyphens: service accounts have short names."
  }
}

variable "region" {
  description = "Where functions, queues and buckets are."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region, such as europe-west1; not a zone."
  }
}

variable "domain" {
  description = "The API's host name. Its A record must lead to the output `address`."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "A host name in lower case, without scheme or path."
  }
}

variable "frontend_url" {
  description = "The web frontend that links in mails lead to."
  type        = string

  validation {
    condition     = can(regex("^https://[^/*]+", var.frontend_url))
    error_message = "The frontend is served over https."
  }
}

variable "cors_origins" {
  description = "Origins whose pages may call the API and upload to the bucket."
  type        = list(string)

  validation {
    condition     = length(var.cors_origins) > 0 && alltrue([for origin in var.cors_origins : can(regex("^https://[^/*,]+$", origin))])
    error_message = "Each origin is https://host, without a path or a wildcard."
  }
}

variable "retriever_service_url" {
  description = "The retrieval service."
  type        = string

  validation {
    condition     = startswith(var.retriever_service_url, "https://")
    error_message = "The retrieval service is reached over https."
  }
}

variable "outside_publishers" {
  description = "Members that may publish on the topics of other services, such as the retrieval service's account."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.outside_publishers : startswith(member, "serviceAccount:")])
    error_message = "Only service accounts publish events: serviceAccount:…"
  }
}

variable "table" {
  description = "The table of function groups, relative to this folder. The tests read other ones."
  type        = string
  default     = "infra/functions.yaml"
}

variable "archives" {
  description = "The folder of the groups' archives, <group>.zip, relative to this folder."
  type        = string
  default     = "../build/functions"
}

variable "min_instances" {
  description = "Instances of a group's API that are kept warm, by group; otherwise as in the table."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for count in values(var.min_instances) : count >= 0 && count <= 20 && floor(count) == count])
    error_message = "From 0 to 20 instances."
  }

  validation {
    condition     = length(setsubtract(keys(var.min_instances), keys(local.groups))) == 0
    error_message = "Only groups of infra/functions.yaml have instances."
  }
}

variable "firestore_database" {
  description = "The database's name."
  type        = string
  default     = "(default)"

  validation {
    condition     = var.firestore_database == "(default)" || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "(default), or 4 to 63 lower-case letters, digits and hyphens."
  }
}

variable "firestore_location" {
  description = "Where the database is; it can never move."
  type        = string
  default     = "eur3"

  validation {
    condition     = can(regex("^(eur3|nam5|nam7|[a-z]+-[a-z]+[0-9]+)$", var.firestore_location))
    error_message = "A multi-region (eur3, nam5, nam7) or a region."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the database can be read as it was at any minute of the last week."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Days that the daily backups are kept."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 98 && floor(var.backup_days) == var.backup_days
    error_message = "Firestore keeps backups for 1 to 98 days."
  }
}

variable "event_delivery_attempts" {
  description = "Deliveries of an event before it becomes a dead letter."
  type        = number
  default     = 20

  validation {
    condition     = var.event_delivery_attempts >= 5 && var.event_delivery_attempts <= 100
    error_message = "Pub/Sub allows 5 to 100 attempts."
  }
}

variable "requests_per_minute" {
  description = "Requests a minute that one address may make. Schools share one, so it is well above a user's 100."
  type        = number
  default     = 600

  validation {
    condition     = var.requests_per_minute >= 100 && var.requests_per_minute <= 10000
    error_message = "From 100, what a single user may do, to 10000."
  }
}

variable "sign_ins_per_minute" {
  description = "Sign-ins, registrations and password resets a minute from one address."
  type        = number
  default     = 20

  validation {
    condition     = var.sign_ins_per_minute >= 1 && var.sign_ins_per_minute <= 1000
    error_message = "From 1 to 1000."
  }
}

variable "edge_log_sample_rate" {
  description = "The share of requests that the load balancer logs."
  type        = number
  default     = 1

  validation {
    condition     = var.edge_log_sample_rate >= 0 && var.edge_log_sample_rate <= 1
    error_message = "A share from 0 to 1."
  }
}

variable "alert_email" {
  description = "Who is told when something is wrong."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alert_email))
    error_message = "An e-mail address."
  }
}

variable "alert_error_rate" {
  description = "The share of answers with a 5xx status above which somebody is told."
  type        = number
  default     = 0.01

  validation {
    condition     = var.alert_error_rate > 0 && var.alert_error_rate < 1
    error_message = "A share between 0 and 1."
  }
}

variable "alert_latency_ms" {
  description = "The 95th percentile of a group's answers, in milliseconds, above which somebody is told."
  type        = number
  default     = 2000

  validation {
    condition     = var.alert_latency_ms >= 100
    error_message = "At least 100 ms: the network alone takes some of it."
  }
}

variable "billing_account" {
  description = "The billing account that the budget belongs to; empty means no budget."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6})?$", var.billing_account))
    error_message = "As in 012345-6789AB-CDEF01."
  }
}

variable "monthly_budget" {
  description = "What a month may cost, in the billing account's currency, before somebody is told."
  type        = number
  default     = 100

  validation {
    condition     = var.monthly_budget >= 1 && floor(var.monthly_budget) == var.monthly_budget
    error_message = "A whole amount of at least 1."
  }
}

variable "ci_repository" {
  description = "The GitHub repository, owner/name, whose main branch may deploy; empty means none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)?$", var.ci_repository))
    error_message = "owner/name."
  }
}

variable "state_bucket" {
  description = "The bucket of this configuration's state, which a deploying CI reads and writes."
  type        = string
  default     = ""

  validation {
    condition     = var.ci_repository == "" || var.state_bucket != ""
    error_message = "With ci_repository, the state's bucket must be named too."
  }
}
