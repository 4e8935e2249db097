using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host.Security.OpenId;
using IOC.Host.Settings;
using IOC.Telemetry;
using Microsoft.IdentityModel.JsonWebTokens;

namespace IOC.Host.Tests.Security;

/// <summary>What is made of what a provider's token says: roles with their places, names that people can tell apart.</summary>
public sealed class OpenIdClaimsTests
{
    private static readonly Catalogue s_catalogue = new(
        new PropertyCatalogue([]), [new Area("viet-yen", null, AreaLevel.District, new LocalText("Việt Yên", "Viet Yen"), 106, 21, null, null, null, false)], [], []);

    [Theory]
    [InlineData("""{"roles":["ops","other"]}""", "operator")]
    [InlineData("""{"roles":"ops"}""", "operator")]
    [InlineData("""{"realm_access":{"roles":["chief"]}}""", "administrator")]
    [InlineData("""{"groups":["ops"],"realm_access":{"roles":["chief","ops"]}}""", "operator administrator")]
    [InlineData("""{"https://city.example/roles":["ops"]}""", "operator")]
    [InlineData("""{"roles":["OPS","ops "]}""", "")]
    [InlineData("""{"roles":[{"name":"ops"},7,null]}""", "")]
    [InlineData("""{"roles":{"ops":true}}""", "")]
    [InlineData("""{"realm_access":"ops"}""", "")]
    [InlineData("""{"role":["ops"]}""", "")]
    public void Roles_are_found_where_providers_put_them(string claims, string expected)
    {
        var settings = Settings();
        settings.RoleClaims += ";https://city.example/roles";
        var roles = new OpenIdRoles(settings, s_catalogue);
        Assert.Equal(expected, string.Join(' ', roles.GrantsOf(Token(claims)).Select(g => g.Role.Name())));
    }

    [Fact]
    public void A_role_holds_where_the_map_says()
    {
        var grant = Assert.Single(new OpenIdRoles(Settings(), s_catalogue).GrantsOf(Token("""{"roles":["ops"]}""")));
        Assert.Equal(["viet-yen"], grant.Scope.Districts);
        Assert.Equal(["environment", "traffic"], grant.Scope.Domains);
    }

    [Fact]
    public void A_district_that_there_is_not_stops_the_start()
    {
        var settings = Settings();
        settings.RoleMap[0].Districts = "viet-yen;viet-yenn";
        Assert.Contains("Ioc:Security:OpenId:RoleMap:0:Districts", Assert.Throws<SettingsException>(() => new OpenIdRoles(settings, s_catalogue)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"Nguyễn Thị Lan","preferred_username":"lan.nt"}""", "lan.nt", "Nguyễn Thị Lan")]
    [InlineData("""{"email":"lan@city.example"}""", "lan@city.example", "lan@city.example")]
    [InlineData("""{"name":"  Lan \u200b\u202e\t Anh\u0000 ","upn":"lan anh"}""", "lan-anh", "Lan Anh")]
    [InlineData("""{"name":"\u200b","preferred_username":"lan"}""", "lan", "lan")]
    [InlineData("""{"name":"L\u0061\u0301n","preferred_username":"l\u00e1n"}""", "l-n", "Lán")]
    [InlineData("""{"name":7}""", "sub-1", "sub-1")]
    public void Names_are_ones_that_people_can_tell_apart(string claims, string userName, string displayName)
    {
        var person = OpenIdPerson.Of(Token(claims), "name", []);
        Assert.Equal((userName, displayName), (person.UserName, person.DisplayName));
        Assert.Equal(new ExternalIdentity("https://id.example", "sub 1"), person.External);
    }

    [Theory]
    [InlineData("""{"amr":["pwd","otp"]}""", true)]
    [InlineData("""{"amr":["mfa"]}""", true)]
    [InlineData("""{"amr":["pwd"]}""", false)]
    [InlineData("""{"amr":"mfa"}""", false)]
    [InlineData("{}", false)]
    public void A_second_factor_is_what_the_provider_says(string claims, bool expected) => Assert.Equal(expected, OpenIdPerson.Of(Token(claims), "name", []).SecondFactor);

    [Theory]
    [InlineData("/planner/?a=b#c", "/planner/?a=b#c")]
    [InlineData("/", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("\\/evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("https:/evil.example", "/")]
    public void The_way_back_stays_on_this_host(string? back, string expected) => Assert.Equal(expected, OpenIdFlow.SafeBack(back));

    private static OpenIdSettings Settings() => new()
    {
        RoleMap =
        [
            new OpenIdRoleSettings { Value = "ops", Role = "operator", Districts = "viet-yen", Domains = "environment; traffic" },
            new OpenIdRoleSettings { Value = "chief", Role = "administrator" },
        ],
    };

    private static CheckedToken Token(string claims)
    {
        var json = JsonDocument.Parse(claims).RootElement;
        return new CheckedToken(new JsonWebToken("""{"alg":"RS256"}""", """{"iss":"https://id.example","sub":"sub 1","iat":1700000000}"""), json);
    }
}
