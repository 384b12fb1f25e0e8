# The load balancer's rules, from the patterns that infra/functions.yaml describes. The local gateway reads the same
# patterns (infra/routes.py), and a test compares the two for every path of the API.
locals {
  patterns = flatten([
    for group, entry in local.groups : [
      for path in entry.paths : {
        group    = group
        template = replace(trimsuffix(path, "/"), "/{[^}]*}/", "*")
        rank     = join("", [for segment in split("/", trim(path, "/")) : startswith(segment, "{") ? 1 : 0])
      }
    ]
  ])

  # The most specific first, as maps are sorted by key: 0 is a literal, 1 a placeholder, 2 the end. Two patterns that
  # match the same paths would have the same key, which Terraform refuses.
  ordered_patterns = values({
    for pattern in local.patterns : "${pattern.rank}2 ${pattern.template}" => pattern
  })

  # Templates only where there is a placeholder: a prefix matches any characters below it, a template not all.
  route_rules = [
    for index, pattern in local.ordered_patterns : {
      priority = index + 1
      group    = pattern.group
      matches = strcontains(pattern.template, "*") ? [
        { full_path_match = null, prefix_match = null, path_template_match = pattern.template },
        { full_path_match = null, prefix_match = null, path_template_match = "${pattern.template}/**" },
        ] : [
        { full_path_match = pattern.template, prefix_match = null, path_template_match = null },
        { full_path_match = null, prefix_match = "${pattern.template}/", path_template_match = null },
      ]
    }
  ]

  # Google refuses an update of the URL map unless each of these paths leads to its group.
  url_map_tests = flatten([
    for pattern in local.ordered_patterns : [
      for path in [pattern.template, "${pattern.template}/"] :
      { path = replace(path, "*", "0"), group = pattern.group }
    ]
  ])
}
