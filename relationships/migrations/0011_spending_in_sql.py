"""What the database itself holds of invoices: they are of the contract's supplier, and neither facts nor decisions change."""

from django.db import migrations

FORWARD = """
ALTER TABLE relationships_contract ADD CONSTRAINT contract_with_supplier UNIQUE (record_ptr_id, supplier_id);
ALTER TABLE relationships_supplierinvoice ADD CONSTRAINT invoice_supplier_of_contract
    FOREIGN KEY (contract_id, supplier_id) REFERENCES relationships_contract (record_ptr_id, supplier_id);

CREATE FUNCTION relationships_invoice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'An invoice stays as it was entered, and what was decided on it stands.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_stays';
END $$;
CREATE TRIGGER relationships_invoice_changed BEFORE UPDATE ON relationships_supplierinvoice FOR EACH ROW
    WHEN (OLD IS DISTINCT FROM NEW AND (OLD.state <> 'received' OR
        (OLD.contract_id, OLD.supplier_id, OLD.kind, OLD.number, OLD.issued_on, OLD.received_on, OLD.amount, OLD.note,
         OLD.entered_by_id, OLD.entered_at)
        IS DISTINCT FROM
        (NEW.contract_id, NEW.supplier_id, NEW.kind, NEW.number, NEW.issued_on, NEW.received_on, NEW.amount, NEW.note,
         NEW.entered_by_id, NEW.entered_at)))
    EXECUTE FUNCTION relationships_invoice_stays();
CREATE TRIGGER relationships_invoice_deleted BEFORE DELETE ON relationships_supplierinvoice FOR EACH ROW
    EXECUTE FUNCTION relationships_invoice_stays();
"""
BACKWARD = """
DROP FUNCTION relationships_invoice_stays() CASCADE;
ALTER TABLE relationships_supplierinvoice DROP CONSTRAINT invoice_supplier_of_contract;
ALTER TABLE relationships_contract DROP CONSTRAINT contract_with_supplier;
"""


class Migration(migrations.Migration):
    """The key and the triggers."""

    dependencies = [("relationships", "0010_spending")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
