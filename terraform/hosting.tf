locals {
  # The rules of routes.tf for Firebase Hosting, where the first match decides too.
  rewrites = [
    for rule in concat(
      [for pattern in local.ordered_patterns : { source = "${pattern.template}{,/**}", group = pattern.group }],
      [{ source = "**", group = local.table.fallback }],
    ) : { source = rule.source, run = { serviceId = "${var.name}-${rule.group}-api", region = var.region } }
  ]
}
