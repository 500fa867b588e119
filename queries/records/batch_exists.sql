-- whether a batch has been committed
-- parameters: batch_id
select count(*) > 0 as committed from ledger.import_batch where batch_id = $batch_id
