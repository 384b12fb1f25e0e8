locals {
  of_apis = "resource.type=\"cloud_run_revision\" AND resource.label.service_name=monitoring.regex.full_match(\"${local.alert_values.apis}\")"
  of_subscription = join(" AND ", [
    "resource.type=\"pubsub_subscription\"",
    "resource.label.subscription_id=monitoring.regex.full_match(\"${var.name}[.].+\")",
  ])
  logged = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user/${var.name}"

  charts = [
    {
      title = "Requests per second by status"
      query = { filter = "${local.of_apis} AND metric.type=\"run.googleapis.com/request_count\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["metric.label.response_code_class"] }
    },
    {
      title = "Latency by group, 95th percentile (ms)"
      query = { filter = "${local.logged}/latency\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", by = ["metric.label.group"] }
    },
    {
      title = "Uploads, streams and generations, 95th percentile (ms)"
      query = { filter = "${local.logged}/slow_latency\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", by = ["metric.label.group"] }
    },
    {
      title = "Errors per second by group"
      query = { filter = "${local.logged}/errors\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["metric.label.group"] }
    },
    {
      title = "Document reads per request by group (mean)"
      query = { filter = "${local.logged}/store_reads\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = ["metric.label.group"] }
    },
    {
      title = "Document writes per request by group (mean)"
      query = { filter = "${local.logged}/store_writes\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = ["metric.label.group"] }
    },
    {
      title = "Tokens per request by group (mean)"
      query = { filter = "${local.logged}/model_tokens\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", by = ["metric.label.group"] }
    },
    {
      title = "Billed instance time by function"
      query = { filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/container/billable_instance_time\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = ["resource.label.service_name"] }
    },
    {
      title = "Oldest undelivered event by subscription (s)"
      query = { filter = "${local.of_subscription} AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = ["resource.label.subscription_id"] }
    },
    {
      title = "Oldest message in the outbox (s)"
      query = { filter = "${local.logged}/outbox_age\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_99", by = [] }
    },
    {
      title = "Instances by function"
      query = { filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/container/instance_count\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = ["resource.label.service_name"] }
    },
    {
      title = "Dead letters"
      query = { filter = "resource.type=\"pubsub_subscription\" AND resource.label.subscription_id=\"${local.dead_letter_topic}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = [] }
    },
    {
      title = "Tasks in the queues, including scheduled ones"
      query = { filter = "resource.type=\"cloud_tasks_queue\" AND metric.type=\"cloudtasks.googleapis.com/queue/depth\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = ["resource.label.queue_id"] }
    },
    {
      title = "Delay of tasks, 95th percentile (ms)"
      query = { filter = "resource.type=\"cloud_tasks_queue\" AND metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", by = ["resource.label.queue_id"] }
    },
  ]
}

resource "google_monitoring_dashboard" "main" {
  dashboard_json = jsonencode({
    displayName = var.name
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : {
          xPos   = (index % 2) * 24
          yPos   = floor(index / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType = "LINE"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = chart.query.filter
                    aggregation = {
                      alignmentPeriod    = "300s"
                      perSeriesAligner   = chart.query.aligner
                      crossSeriesReducer = chart.query.reducer
                      groupByFields      = chart.query.by
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_logging_metric.request, google_logging_metric.counter, google_logging_metric.outbox_age]
}
