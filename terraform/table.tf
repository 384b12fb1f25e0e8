# The table of groups and the file of indexes, which the local stack reads too. `infra` is a link to ../infra, so that a
# copy of this folder is complete.
locals {
  table   = yamldecode(file("${path.module}/${var.table}"))
  groups  = local.table.groups
  indexes = jsondecode(file("${path.module}/infra/firestore/indexes.json"))

  # Keys that a group may leave out.
  group_defaults = {
    invokers    = []
    cpu         = "1"
    concurrency = 80
    timeout     = 60
    instances   = { min = 0, max = 20 }
    events      = []
    tasks       = []
    enqueues    = []
    secrets     = []
    roles       = []
    schedules   = {}
    options     = {}
    queues      = {}
    queue       = { per_second = 10, concurrent = 20, attempts = 20, min_backoff = 2, max_backoff = 600 }
  }
  declared = { for group, entry in local.groups : group => merge(local.group_defaults, entry) }

  # With the secrets and roles of the chosen options.
  settings = {
    for group, set in local.declared : group => merge(set, {
      secrets = concat(set.secrets, flatten([for option in local.options : try(set.options[option].secrets, [])]))
      roles   = concat(set.roles, flatten([for option in local.options : try(set.options[option].roles, [])]))
    })
  }

  public_groups = { for group, set in local.settings : group => set if length(set.paths) > 0 }

  # The invokers of internal groups, by "<group>/<invoker>".
  invocations = merge([
    for group, set in local.settings : {
      for invoker in set.invokers : "${group}/${invoker}" => { group = group, invoker = invoker }
    }
  ]...)

  receivers = { for group, set in local.settings : group => set if length(set.events) > 0 }
  workers   = { for group, set in local.settings : group => set if length(set.tasks) + length(set.schedules) > 0 }

  # The queues by name: that of each group with tasks, and the further ones of its table, as "<group>-<queue>".
  queues = merge(
    { for group, set in local.settings : group => merge(set.queue, { group = group }) if length(set.tasks) > 0 },
    merge([
      for group, set in local.settings : {
        for queue, each in set.queues : "${group}-${queue}" => {
          group       = group
          per_second  = each.per_second
          concurrent  = each.concurrent
          min_backoff = each.min_backoff
          max_backoff = each.max_backoff
        }
      }
    ]...)
  )

  # A deployed function for each group and entry point of its main.py.
  functions = merge(
    { for group in keys(local.groups) : "${group}-api" => { group = group, target = "api" } },
    { for group in keys(local.receivers) : "${group}-events" => { group = group, target = "events" } },
    { for group in keys(local.workers) : "${group}-tasks" => { group = group, target = "tasks" } },
  )
}
