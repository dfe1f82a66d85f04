-- Up Migration
-- What a payment has given back is asked with every refund.
create index refunds_payment on refunds (payment_id);

-- Down Migration
drop index refunds_payment;
