"""What the database itself holds of surveys: legal steps, published questionnaires, and anonymity."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER survey_campaign_legal_step BEFORE UPDATE OF state ON relationships_surveycampaign FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
CREATE TRIGGER survey_response_legal_step BEFORE UPDATE OF state ON relationships_surveyresponse FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');

CREATE FUNCTION questionnaire_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND coalesce(current_setting('itsm.maintenance', true), '') = '' THEN
        RAISE EXCEPTION 'A published questionnaire does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER questionnaire_version_fixed BEFORE UPDATE OR DELETE ON relationships_questionnaireversion
    FOR EACH ROW EXECUTE FUNCTION questionnaire_version_fixed();

CREATE FUNCTION question_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'relationships_question' THEN
        touched := ARRAY[(to_jsonb(OLD) ->> 'version_id')::bigint, (to_jsonb(NEW) ->> 'version_id')::bigint];
    ELSE
        SELECT array_agg(version_id) INTO touched FROM relationships_question
            WHERE id IN ((to_jsonb(OLD) ->> 'question_id')::bigint, (to_jsonb(NEW) ->> 'question_id')::bigint);
    END IF;
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' AND EXISTS (
        SELECT 1 FROM relationships_questionnaireversion WHERE id = ANY(touched) AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A published questionnaire does not change.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER question_fixed BEFORE INSERT OR UPDATE OR DELETE ON relationships_question
    FOR EACH ROW EXECUTE FUNCTION question_fixed();
CREATE TRIGGER option_fixed BEFORE INSERT OR UPDATE OR DELETE ON relationships_option
    FOR EACH ROW EXECUTE FUNCTION question_fixed();

CREATE FUNCTION survey_anonymity_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'relationships_surveycampaign' THEN
        IF OLD.launched_at IS NOT NULL AND OLD.anonymous IS DISTINCT FROM NEW.anonymous THEN
            RAISE EXCEPTION 'Whether a survey is anonymous is settled when it is launched.' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.anonymous IS DISTINCT FROM (
        SELECT anonymous FROM relationships_surveycampaign WHERE record_ptr_id = NEW.campaign_id
    ) THEN
        RAISE EXCEPTION 'A response is as anonymous as its survey.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER survey_anonymity_kept BEFORE UPDATE OF anonymous ON relationships_surveycampaign
    FOR EACH ROW EXECUTE FUNCTION survey_anonymity_kept();
CREATE TRIGGER response_anonymity_kept BEFORE INSERT OR UPDATE OF anonymous, campaign_id ON relationships_surveyresponse
    FOR EACH ROW EXECUTE FUNCTION survey_anonymity_kept();
CREATE TRIGGER invitation_anonymity_kept BEFORE INSERT OR UPDATE OF anonymous, campaign_id ON relationships_invitation
    FOR EACH ROW EXECUTE FUNCTION survey_anonymity_kept();
"""
BACKWARD = """
DROP FUNCTION survey_anonymity_kept() CASCADE;
DROP FUNCTION question_fixed() CASCADE;
DROP FUNCTION questionnaire_version_fixed() CASCADE;
DROP TRIGGER survey_response_legal_step ON relationships_surveyresponse;
DROP TRIGGER survey_campaign_legal_step ON relationships_surveycampaign;
"""


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("relationships", "0003_surveys"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
