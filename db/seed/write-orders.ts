import type pg from 'pg';
import { adminUserId } from './ids.ts';
import { insert } from './insert.ts';
import type { SeedOrder } from './seed-order.ts';

/** Writes the orders that are not there yet, with all that hangs on them, and gives those back. */
export async function writeOrders(client: pg.ClientBase, wanted: readonly SeedOrder[]): Promise<SeedOrder[]> {
  const written = await insert<{ id: string }>(
    client,
    'orders',
    {
      id: 'uuid',
      number: 'text',
      status: 'text',
      user_id: 'uuid',
      email: 'text',
      currency: 'text',
      rate_micros: 'bigint',
      subtotal: 'bigint',
      shipping: 'bigint',
      tax: 'bigint',
      total: 'bigint',
      shipping_method: 'text',
      shipping_address: 'jsonb',
      tracking: 'jsonb',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    wanted.map((order) => ({
      ...order,
      user_id: order.userId,
      rate_micros: order.rateMicros,
      shipping_method: order.shippingMethod,
      shipping_address: order.shippingAddress,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    })),
    'on conflict do nothing returning id',
  );
  const added = new Set(written.map((row) => row.id));
  const orders = wanted.filter((order) => added.has(order.id));

  await insert(
    client,
    'order_items',
    {
      order_id: 'uuid',
      position: 'integer',
      product_id: 'uuid',
      name: 'text',
      image_url: 'text',
      quantity: 'integer',
      unit_price: 'bigint',
      line_total: 'bigint',
    },
    orders.flatMap((order) =>
      order.items.map((item, index) => ({
        ...item,
        order_id: order.id,
        position: index + 1,
        product_id: item.productId,
        image_url: item.imageUrl,
        unit_price: item.unitPrice,
        line_total: item.lineTotal,
      })),
    ),
  );
  await insert(
    client,
    'order_history',
    { id: 'uuid', order_id: 'uuid', status: 'text', actor: 'text', reason: 'text', at: 'timestamptz' },
    orders.flatMap((order) => order.history.map((step) => ({ ...step, order_id: order.id }))),
  );
  await writePayments(client, orders);
  return orders;
}

/** Payments and refunds, here and at the mock provider, so that these orders can be refunded like any other. */
async function writePayments(client: pg.ClientBase, orders: readonly SeedOrder[]): Promise<void> {
  const paid = orders.flatMap(({ id, payment, refund }) => (payment ? [{ orderId: id, payment, refund }] : []));
  const refunded = paid.flatMap(({ orderId, payment, refund }) => (refund ? [{ orderId, payment, refund }] : []));
  await insert(
    client,
    'payments',
    {
      id: 'uuid',
      order_id: 'uuid',
      provider: 'text',
      intent_id: 'text',
      client_secret: 'text',
      amount: 'bigint',
      currency: 'text',
      status: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    paid.map(({ orderId, payment }) => ({
      id: payment.id,
      order_id: orderId,
      provider: 'mock',
      intent_id: payment.intentId,
      client_secret: payment.clientSecret,
      amount: payment.amount,
      currency: 'USD',
      status: 'succeeded',
      created_at: payment.createdAt,
      updated_at: payment.settledAt,
    })),
  );
  await insert(
    client,
    'mock_intents',
    {
      id: 'text',
      request_key: 'text',
      client_secret: 'text',
      amount: 'bigint',
      currency: 'text',
      status: 'text',
      refunded: 'bigint',
      created_at: 'timestamptz',
    },
    paid.map(({ payment, refund }) => ({
      id: payment.intentId,
      request_key: payment.id,
      client_secret: payment.clientSecret,
      amount: payment.amount,
      currency: 'USD',
      status: 'succeeded',
      refunded: refund?.amount ?? 0,
      created_at: payment.createdAt,
    })),
  );
  await insert(
    client,
    'refunds',
    {
      id: 'uuid',
      order_id: 'uuid',
      payment_id: 'uuid',
      amount: 'bigint',
      currency: 'text',
      reason: 'text',
      actor: 'text',
      status: 'text',
      provider_refund_id: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    refunded.map(({ orderId, payment, refund }) => ({
      id: refund.id,
      order_id: orderId,
      payment_id: payment.id,
      amount: refund.amount,
      currency: 'USD',
      reason: refund.reason,
      actor: `admin:${adminUserId}`,
      status: 'succeeded',
      provider_refund_id: refund.providerRefundId,
      created_at: refund.createdAt,
      updated_at: refund.createdAt,
    })),
  );
  await insert(
    client,
    'mock_refunds',
    { id: 'text', request_key: 'text', intent_id: 'text', amount: 'bigint', created_at: 'timestamptz' },
    refunded.map(({ payment, refund }) => ({
      id: refund.providerRefundId,
      request_key: refund.id,
      intent_id: payment.intentId,
      amount: refund.amount,
      created_at: refund.createdAt,
    })),
  );
}
