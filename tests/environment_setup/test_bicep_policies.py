"""What the policies of a company ask for can be had, and what others have made stays as it is."""
import pytest

from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import (
    GROUP, WORKSPACE, event_subscriptions, infrastructure)

SUBNET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/company/subnets/functions"
SERVICE_PRINCIPAL = {"servicePrincipalClientId": "app", "servicePrincipalObjectId": "object"}
TOPICS, VAULTS = "Microsoft.EventGrid/systemTopics", "Microsoft.KeyVault/vaults"


def test_by_a_subnet_alone_storage_and_secret_are_reached_and_dead_letters_by_a_trusted_service():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE, subnetId=SUBNET, **SERVICE_PRINCIPAL)
    assert deployed.the("Microsoft.Web/sites").properties["virtualNetworkSubnetId"] == SUBNET
    for kind in ("Microsoft.Storage/storageAccounts", VAULTS):
        assert deployed.the(kind).properties["networkAcls"] == {
            "defaultAction": "Deny", "bypass": "AzureServices", "virtualNetworkRules": [{"id": SUBNET}]}
    [subscription] = event_subscriptions(deployed).resources
    assert "deadLetterWithResourceIdentity" in subscription.properties, "a trusted service shows an identity"


def test_without_a_subnet_networks_are_left_alone():
    deployed = infrastructure(existingWorkspaceId=WORKSPACE, **SERVICE_PRINCIPAL)
    assert deployed.the("Microsoft.Web/sites").properties["virtualNetworkSubnetId"] is None
    assert deployed.the(VAULTS).properties["networkAcls"] is None


@pytest.mark.parametrize(("purge_protection", "expected"), [(True, True), (False, None)])
def test_vaults_are_protected_where_that_is_asked_for_and_never_told_not_to_be(purge_protection, expected):
    """Azure refuses `false` of one that is protected."""
    vaults = infrastructure(purgeProtection=purge_protection, **SERVICE_PRINCIPAL).of_type(VAULTS)
    assert [one.properties["enablePurgeProtection"] for one in vaults] == [expected] * 2


def test_nobody_deploys_with_a_password():
    found = infrastructure().of_type("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    assert {one.name: one.properties["allow"] for one in found} == {"ftp": False, "scm": False}


@pytest.mark.parametrize("tag", ["application", "Environment"])
def test_tags_that_the_removal_goes_by_are_its_own(tag):
    with pytest.raises(CompilerError, match=f"these tags are set by the deployment itself: {tag}"):
        infrastructure(tags={"team": "ml", tag: "crm"})


@pytest.mark.parametrize("wrong", ["shared-ai", WORKSPACE, f"{GROUP}/providers/Microsoft.Insights/components"])
def test_what_is_no_id_of_application_insights_is_refused(wrong):
    with pytest.raises(CompilerError, match="no resource id of an Application Insights component"):
        infrastructure(existingApplicationInsightsId=wrong)


def test_a_topic_that_was_there_keeps_its_tags_and_the_identities_that_others_deliver_by():
    found = infrastructure(existingWorkspaceId=WORKSPACE, systemTopicNames={WORKSPACE: "there-before"}).the(TOPICS)
    assert found.name == "there-before"
    theirs = f"reference('{found.id}', '2025-02-15', 'full')"
    assert "Pipeline Run Monitor" not in str(found.body["tags"]) and f"tryGet({theirs}, 'tags')" in found.body["tags"]
    assert f"tryGet(tryGet({theirs}, 'identity'), 'userAssignedIdentities')" in found.body["identity"]
    assert "SystemAssigned, UserAssigned" in found.body["identity"]
    own = infrastructure(existingWorkspaceId=WORKSPACE).the(TOPICS)
    assert own.body["identity"] == {"type": "SystemAssigned"} and own.body["tags"]["environment"] == "dev"
