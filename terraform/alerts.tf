# A policy for each alert of infra/alerts.yaml. The queries are PromQL, whose metrics need not exist yet: a metric from
# logs appears minutes after its creation, and one apply creates everything.
locals {
  alert_table = yamldecode(file("${path.module}/infra/alerts.yaml"))
  alerts      = { for name, alert in local.alert_table.alerts : name => alert if alert.severity == "critical" || var.alert_warnings }

  services_by_limit = {
    for name, each in local.functions : local.settings[each.group].instances.max => "${var.name}-${name}"...
  }

  alert_values = {
    name            = var.name
    metrics         = "logging_googleapis_com:user_${replace(var.name, "-", "_")}"
    apis            = join("|", [for name, each in local.functions : "${var.name}-${name}" if each.target == "api"])
    deliveries      = join("|", [for name, each in local.functions : "${var.name}-${name}" if each.target != "api"])
    services        = join("|", [for name in keys(local.functions) : "${var.name}-${name}"])
    queues          = join("|", [for queue in keys(local.queues) : "${local.queue_prefix}${queue}"])
    dead_letters    = local.dead_letter_topic
    health_check    = google_monitoring_uptime_check_config.health.uptime_check_id
    retrieval_check = google_monitoring_uptime_check_config.retrieval.uptime_check_id
    availability    = var.objectives.availability
    latency         = var.objectives.latency
    latency_ms      = var.objectives.latency_ms
    slow_latency_ms = var.objectives.slow_latency_ms
    freshness       = var.objectives.freshness
    fresh_seconds   = var.objectives.fresh_seconds
    min_requests    = var.alert_min_requests
    busy_instances = join("\nor\n", [
      for limit, services in local.services_by_limit :
      "sum by (service_name) (run_googleapis_com:container_instance_count{service_name=~\"${join("|", services)}\"}) >= ${ceil(0.9 * limit)}"
    ])
  }
}

resource "google_monitoring_alert_policy" "alert" {
  for_each = local.alerts

  display_name          = "${var.name}: ${each.value.title}"
  severity              = upper(each.value.severity)
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.operators : channel.id]

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query                     = templatestring(local.alerts[each.key].query, local.alert_values)
      duration                  = each.value.lasts
      evaluation_interval       = "60s"
      alert_rule                = each.key
      disable_metric_validation = true
    }
  }

  documentation {
    content   = "${each.value.title}: meaning and first steps are in docs/operations.md, Alerts, `${each.key}`.${each.key == "dead_letters" ? "\n\n${local.replay}" : ""}${each.key == "dead_tasks" ? "\n\n${local.revive}" : ""}"
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "86400s"
  }

  depends_on = [terraform_data.apis]
}

locals {
  revive = "After fixing the cause, bring them back: `python -m infra.replay --project ${var.project_id} --database '${var.firestore_database}'`."
  replay = "After fixing the cause, deliver them again: `python -m infra.replay --project ${var.project_id} --subscription ${local.dead_letter_topic}`."
}
