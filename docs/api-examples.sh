#!/usr/bin/env bash
# The API by example: a shop browsed, bought from and run, in the order in which one would. docs/routes.md has a command for each route.
#
#   docs/api-examples.sh                       against npm start
#   BASE=https://shop.example docs/api-examples.sh
#
# Needs bash, curl and openssl. Stops at the first answer that has not the expected status.
# The demo accounts are there where demo data are (local, dev); elsewhere set ADMIN_EMAIL, ADMIN_PASSWORD and WEBHOOK_SECRET.
set -euo pipefail

BASE=${BASE:-http://localhost:3000}
ADMIN_EMAIL=${ADMIN_EMAIL:-admin@rumshop.com}
ADMIN_PASSWORD=${ADMIN_PASSWORD:-admin-password123}
WEBHOOK_SECRET=${WEBHOOK_SECRET:-whsec_local_kelvo}

headers=$(mktemp)
trap 'rm -f "$headers"' EXIT

# call <expected status> <method> <path> [curl options …]: the answer's body is in $body afterwards.
call() {
  local expected=$1 method=$2 path=$3 answer status
  shift 3
  answer=$(curl --silent --show-error --max-time 30 --dump-header "$headers" --write-out '\n%{http_code}' --request "$method" "$BASE$path" "$@")
  status=${answer##*$'\n'}
  body=${answer%$'\n'*}
  printf '%s %s %s\n' "$status" "$method" "$path"
  [[ -z $body ]] || printf '    %.240s\n' "$body"
  [[ $status == "$expected" ]] || { printf 'expected %s\n%s\n' "$expected" "$body" >&2; exit 1; }
}

# json <body>: curl's options for a JSON body, in the array $with.
json() { with=(--header 'content-type: application/json' --data "$1"); }

# field <name>: the first text of that name in $body.
field() { [[ $body =~ \"$1\":\"([^\"]*)\" ]] && printf '%s' "${BASH_REMATCH[1]}"; }

uuid() { openssl rand -hex 16 | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/\1-\2-4\3-a\4-\5/'; }

key() { printf 'idempotency-key: %s' "$(uuid)"; }

# The refresh cookie of the last answer. It is Secure, so curl itself would not send it over plain HTTP.
cookie() { sed -n 's/^[Ss]et-[Cc]ookie: \(kelvo_refresh=[^;]*\).*/\1/p' "$headers"; }

# place_order <product> <quantity>: a guest's order; leaves $order and $order_token.
place_order() {
  json '{"items":[{"productId":"'"$1"'","quantity":'"$2"'}],"email":"ada@example.com","shippingMethod":"standard",
    "shippingAddress":{"name":"Ada Byron","line1":"12 St James Square","city":"Springfield","postalCode":"62704","country":"US"}}'
  call 201 POST "/api/orders" "${with[@]}" --header "$(key)"
  order=$(field id)
  order_token="x-order-token: $(field accessToken)"
}

echo '--- The shop ---'
call 200 GET "/api/health"
call 200 GET "/api/openapi.json"

echo '--- Browse ---'
call 200 GET "/api/categories"
category=$(field id)
call 200 GET "/api/categories/$category"
call 200 GET "/api/products?category=electronics&minPrice=1000&sort=-price&limit=3"
call 200 GET "/api/search?q=laptop&currency=EUR"
call 200 GET "/api/products/search?q=keyboard&limit=1"
product=$(field id)
call 200 GET "/api/products/$product?currency=JPY"
call 200 GET "/api/search/suggest?q=lap"
call 200 GET "/api/recommendations?productId=$product&currency=EUR"
call 200 GET "/api/currencies"

echo '--- A cart ---'
json '{"productId":"'"$product"'","quantity":2}'
call 200 POST "/api/cart/add" "${with[@]}"
cart=$(field sessionId)
call 200 GET "/api/cart/$cart"
json '{"sessionId":"'"$cart"'","productId":"'"$product"'","quantity":3}'
call 200 PUT "/api/cart/update" "${with[@]}"
call 200 DELETE "/api/cart/$cart/item/$product"
call 200 DELETE "/api/cart/$cart"
json '{"sessionId":"'"$cart"'","productId":"'"$product"'","quantity":1}'
call 200 POST "/api/cart/add" "${with[@]}"

echo '--- Order and pay, as a guest ---'
json '{"sessionId":"'"$cart"'","country":"US","postalCode":"62704"}'
call 200 POST "/api/shipping/quote" "${with[@]}"
json '{"sessionId":"'"$cart"'","email":"ada@example.com","shippingMethod":"express",
  "shippingAddress":{"name":"Ada Byron","line1":"12 St James Square","city":"Springfield","postalCode":"62704","country":"US"}}'
call 201 POST "/api/orders" "${with[@]}" --header "$(key)"
order=$(field id)
order_token="x-order-token: $(field accessToken)"
call 200 GET "/api/orders/$order" --header "$order_token"
call 200 GET "/api/payment/config"
json '{"orderId":"'"$order"'"}'
call 201 POST "/api/payment/create-intent" "${with[@]}" --header "$(key)" --header "$order_token"
intent=$(field id)
json '{"intentId":"'"$intent"'","paymentMethod":"pm_card_visa"}'
call 200 POST "/api/payment/confirm" "${with[@]}" --header "$order_token"
shipped_order=$order

echo '--- The provider reports a payment by webhook ---'
place_order "$product" 2
json '{"orderId":"'"$order"'"}'
call 201 POST "/api/payment/create-intent" "${with[@]}" --header "$(key)" --header "$order_token"
event='{"id":"evt_'$(uuid)'","type":"payment_intent.succeeded","data":{"object":{"id":"'$(field id)'"}}}'
at=$(date +%s)
signature=$(printf '%s.%s' "$at" "$event" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" | sed 's/.* //')
json "$event"
call 200 POST "/api/payment/webhook" "${with[@]}" --header "stripe-signature: t=$at,v1=$signature"
paid_order=$order

echo '--- Change of mind ---'
place_order "$product" 1
json '{"reason":"Ordered the wrong one"}'
call 200 POST "/api/orders/$order/cancel" "${with[@]}" --header "$order_token"

echo '--- An account ---'
email="ada-$(uuid)@example.com"
json '{"email":"'"$email"'","password":"correct horse battery","name":"Ada Byron"}'
call 201 POST "/api/auth/register" "${with[@]}"
user=$(field id)
bearer="authorization: Bearer $(field accessToken)"
call 200 GET "/api/auth/profile" --header "$bearer"
json '{"name":"Ada King","phone":"+1 555 010 9999"}'
call 200 PUT "/api/auth/profile" "${with[@]}" --header "$bearer"
call 200 GET "/api/users/$user" --header "$bearer"
json '{"productId":"'"$product"'","quantity":1}'
call 200 POST "/api/cart/add" "${with[@]}"
json '{"sessionId":"'"$(field sessionId)"'"}'
call 200 POST "/api/cart/merge" "${with[@]}" --header "$bearer"
call 200 GET "/api/orders?status=paid&limit=5" --header "$bearer"
json '{"currentPassword":"correct horse battery","newPassword":"staple battery horse"}'
call 200 PUT "/api/auth/password" "${with[@]}" --header "$bearer"
json '{"email":"'"$email"'","password":"staple battery horse"}'
call 200 POST "/api/auth/login" "${with[@]}"
call 200 POST "/api/auth/refresh" --header "cookie: $(cookie)" --header 'sec-fetch-site: same-origin'
call 204 POST "/api/auth/logout" --header "cookie: $(cookie)" --header 'sec-fetch-site: same-origin'

echo '--- Run the shop, as an admin ---'
json '{"email":"'"$ADMIN_EMAIL"'","password":"'"$ADMIN_PASSWORD"'"}'
call 200 POST "/api/auth/login" "${with[@]}"
admin="authorization: Bearer $(field accessToken)"
json '{"name":"Garden '"$(uuid)"'","description":"Things that grow."}'
call 201 POST "/api/categories" "${with[@]}" --header "$admin"
category=$(field id)
json '{"name":"Balcony Garden","description":"Things that grow in pots."}'
call 200 PUT "/api/categories/$category" "${with[@]}" --header "$admin"
json '{"name":"Terracotta Pot '"$(uuid)"'","description":"Fired slowly.","price":{"amount":1900,"currency":"USD"},"stock":40,"tags":["pot"]}'
call 201 POST "/api/products" "${with[@]}" --header "$admin"
made=$(field id)
json '{"name":"Terracotta Pot","description":"Fired slowly, glazed inside.","price":{"amount":2100,"currency":"USD"}}'
call 200 PUT "/api/products/$made" "${with[@]}" --header "$admin"
json '{"stock":60,"expectedStock":40,"reason":"Delivery"}'
call 200 PUT "/api/products/$made/stock" "${with[@]}" --header "$admin"
call 200 GET "/api/products/$made/stock-movements" --header "$admin"
call 204 DELETE "/api/products/$made" --header "$admin"
call 204 DELETE "/api/categories/$category" --header "$admin"
json '{"status":"packed"}'
call 200 PUT "/api/orders/$shipped_order/status" "${with[@]}" --header "$admin"
json '{"status":"shipped","tracking":{"carrier":"UPS","number":"1Z999AA10123456784"}}'
call 200 PUT "/api/orders/$shipped_order/status" "${with[@]}" --header "$admin"
json '{"orderId":"'"$paid_order"'","amount":{"amount":500,"currency":"USD"},"reason":"A scratch"}'
call 201 POST "/api/payment/refund" "${with[@]}" --header "$(key)" --header "$admin"
said=$(uuid | tr -dc a-f)
json '{"said":"'"$said"'","means":"laptop"}'
call 201 POST "/api/admin/synonyms" "${with[@]}" --header "$admin"
synonym=$(field id)
call 204 DELETE "/api/admin/synonyms/$synonym" --header "$admin"
json '{"title":"Pots for the balcony","text":"Fired slowly, glazed inside.","target":"/products?category=outdoors","category":"outdoors","weight":5}'
call 201 POST "/api/admin/ads" "${with[@]}" --header "$admin"
ad=$(field id)
json '{"title":"Pots for every balcony","text":"Fired slowly, glazed inside.","target":"/products?category=outdoors"}'
call 200 PUT "/api/admin/ads/$ad" "${with[@]}" --header "$admin"
call 200 GET "/api/admin/ads?limit=5" --header "$admin"
call 200 GET "/api/ads?category=outdoors&limit=1"
json '{"kind":"ad-impression","ids":["'"$ad"'"]}'
call 204 POST "/api/beacon" "${with[@]}"
json '{"showingId":"'"$(uuid)"'"}'
call 200 POST "/api/ads/$ad/click" "${with[@]}"
call 200 GET "/api/admin/ads/report?from=$(date -u +%Y-%m-%d)T00:00:00Z&to=$(date -u +%Y-%m-%d)T23:59:59Z" --header "$admin"
call 204 DELETE "/api/admin/ads/$ad" --header "$admin"
call 200 GET "/api/admin/audit-log?limit=5" --header "$admin"
call 200 GET "/api/analytics/sales?from=$(date -u +%Y-%m-%d)T00:00:00Z&to=$(date -u +%Y-%m-%d)T23:59:59Z&step=hour" --header "$admin"

echo 'Every answer was as expected.'
