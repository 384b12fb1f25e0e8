# A small school may do without the load balancer, which costs the same for ten users as for ten thousand. Firebase
# Hosting then routes by the output `hosting`.
locals {
  balanced        = var.load_balancer ? 1 : 0
  balanced_groups = { for group, set in local.public_groups : group => set if var.load_balancer }
}

resource "google_compute_global_address" "public" {
  count = local.balanced

  name = var.name

  depends_on = [terraform_data.apis]
}

resource "google_compute_region_network_endpoint_group" "api" {
  for_each = local.balanced_groups

  name                  = "${var.name}-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloudfunctions2_function.function["${each.key}-api"].name
  }
}

resource "google_compute_backend_service" "api" {
  for_each = local.balanced_groups

  name                  = "${var.name}-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.edge[0].id

  backend {
    group = google_compute_region_network_endpoint_group.api[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = var.edge_log_sample_rate
  }
}

# The load balancer answers preflights itself. A test compares these lists with those of shared/web/app.py, as the
# functions still set the headers of other answers.
locals {
  cors = {
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    headers = ["Authorization", "Content-Type", "Accept", "Accept-Language", "Cache-Control", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Prefer", "Range", "X-Request-ID", "X-Requested-With", "baggage", "sentry-trace", "traceparent", "tracestate"]
    exposed = ["Allow", "Content-Language", "ETag", "Preference-Applied", "WWW-Authenticate", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "Location", "Content-Disposition", "Idempotent-Replayed", "X-Store-Cost"]
  }
}

# The fallback group answers paths that match no rule, with an error in the usual shape.
resource "google_compute_url_map" "public" {
  count = local.balanced

  name            = var.name
  default_service = google_compute_backend_service.api[local.table.fallback].id

  host_rule {
    hosts        = ["*"]
    path_matcher = "groups"
  }

  path_matcher {
    name            = "groups"
    default_service = google_compute_backend_service.api[local.table.fallback].id

    default_route_action {
      cors_policy {
        allow_origins  = var.cors_origins
        allow_methods  = local.cors.methods
        allow_headers  = local.cors.headers
        expose_headers = local.cors.exposed
        max_age        = 7200
        disabled       = false
      }
    }

    dynamic "route_rules" {
      for_each = local.route_rules
      content {
        priority = route_rules.value.priority
        service  = google_compute_backend_service.api[route_rules.value.group].id

        route_action {
          cors_policy {
            allow_origins  = var.cors_origins
            allow_methods  = local.cors.methods
            allow_headers  = local.cors.headers
            expose_headers = local.cors.exposed
            max_age        = 7200
            disabled       = false
          }
        }

        dynamic "match_rules" {
          for_each = route_rules.value.matches
          content {
            full_path_match     = match_rules.value.full_path_match
            prefix_match        = match_rules.value.prefix_match
            path_template_match = match_rules.value.path_template_match
          }
        }
      }
    }
  }

  dynamic "test" {
    for_each = local.url_map_tests
    content {
      host    = var.domain
      path    = test.value.path
      service = google_compute_backend_service.api[test.value.group].id
    }
  }
}

resource "google_compute_managed_ssl_certificate" "public" {
  count = local.balanced

  # A certificate cannot change its domain: a new one replaces it.
  name = "${var.name}-${substr(sha256(var.domain), 0, 8)}"

  managed {
    domains = [var.domain]
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [terraform_data.apis]
}

resource "google_compute_ssl_policy" "modern" {
  count = local.balanced

  name            = var.name
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [terraform_data.apis]
}

resource "google_compute_target_https_proxy" "public" {
  count = local.balanced

  name             = var.name
  url_map          = google_compute_url_map.public[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.public[0].id]
  ssl_policy       = google_compute_ssl_policy.modern[0].id
}

resource "google_compute_global_forwarding_rule" "https" {
  count = local.balanced

  name                  = "${var.name}-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.public[0].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.public[0].id
}

resource "google_compute_url_map" "redirect" {
  count = local.balanced

  name = "${var.name}-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "PERMANENT_REDIRECT"
    strip_query            = false
  }

  depends_on = [terraform_data.apis]
}

resource "google_compute_target_http_proxy" "redirect" {
  count = local.balanced

  name    = "${var.name}-redirect"
  url_map = google_compute_url_map.redirect[0].id
}

resource "google_compute_global_forwarding_rule" "http" {
  count = local.balanced

  name                  = "${var.name}-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.public[0].id
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect[0].id
}

# Functions see the decoded path, so that is what must match: /api/auth/%6Cogin/ signs in too.
locals {
  sign_in_paths    = "^/api/(v1/)?((accounts|auth|users)/)+(login(/firebase)?|register|password-reset(-confirm)?)/?$"
  frontend_origins = "^(${join("|", [for origin in var.cors_origins : replace(origin, ".", "[.]")])})$"

  throttles = {
    "Sign-ins and new accounts by address" = {
      priority   = 1000
      expression = "request.path.urlDecode().matches('${local.sign_in_paths}')"
      per_minute = var.sign_ins_per_minute
    }
    "All requests by address" = {
      priority   = 2000
      expression = ""
      per_minute = var.requests_per_minute
    }
  }
}

# Coarse limits by address, counted for each backend, that is, each group. The functions enforce the limits by user, such
# as 100 requests a minute, and answer in the usual shape; a refusal of this policy has Google's own body.
resource "google_compute_security_policy" "edge" {
  count = local.balanced

  name = var.name

  # The load balancer answers these without a function, so they count for nobody. Other requests with the method OPTIONS
  # reach a function and are counted.
  rule {
    description = "Preflights of the frontends"
    priority    = 900
    action      = "allow"

    match {
      expr {
        expression = "request.method == 'OPTIONS' && has(request.headers['access-control-request-method']) && has(request.headers['origin']) && request.headers['origin'].matches('${local.frontend_origins}')"
      }
    }
  }

  dynamic "rule" {
    for_each = local.throttles
    content {
      description = rule.key
      priority    = rule.value.priority
      action      = "throttle"

      match {
        versioned_expr = rule.value.expression == "" ? "SRC_IPS_V1" : null

        dynamic "config" {
          for_each = rule.value.expression == "" ? [["*"]] : []
          content {
            src_ip_ranges = config.value
          }
        }
        dynamic "expr" {
          for_each = rule.value.expression == "" ? [] : [rule.value.expression]
          content {
            expression = expr.value
          }
        }
      }

      rate_limit_options {
        conform_action = "allow"
        exceed_action  = "deny(429)"
        enforce_on_key = "IP"

        rate_limit_threshold {
          count        = rule.value.per_minute
          interval_sec = 60
        }
      }
    }
  }

  rule {
    description = "Default"
    priority    = 2147483647
    action      = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [terraform_data.apis]
}
