using IOC.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace IOC.History.Tests;

/// <summary>Says of a class of tests which program they run: without it they are skipped, except in CI.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsServerAttribute(string program) : Attribute
{
    /// <summary>The program.</summary>
    public string Program => program;

    /// <summary>Why the tests of a class cannot run; null when they can.</summary>
    internal static string? SkipReason(ITypeInfo testClass)
    {
        var program = testClass.GetCustomAttributes(typeof(NeedsServerAttribute)).FirstOrDefault()?.GetConstructorArguments().FirstOrDefault() as string;
        return program is null ? null : new NeedsProgramFactAttribute(program).Skip;
    }
}

/// <summary>A test of the contract: skipped in classes whose server is not there.</summary>
[XunitTestCaseDiscoverer("IOC.History.Tests.StoreFactDiscoverer", "IOC.History.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>The same with rows of data.</summary>
[XunitTestCaseDiscoverer("IOC.History.Tests.StoreTheoryDiscoverer", "IOC.History.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>Finds tests of the contract.</summary>
public sealed class StoreFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsServerAttribute.SkipReason(testMethod.TestClass.Class) is { } reason
            ? new SkippedTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, reason)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Finds tests of the contract that have rows.</summary>
public sealed class StoreTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    /// <inheritdoc/>
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        NeedsServerAttribute.SkipReason(testMethod.TestClass.Class) is { } reason
            ? [new SkippedTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, reason)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>A test that is not run.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    private string? _reason;

    /// <summary>For deserialisation.</summary>
    [Obsolete("For deserialisation")]
    public SkippedTestCase()
    {
    }

    /// <summary>Makes it.</summary>
    public SkippedTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method, string reason)
        : base(sink, display, options, method) => _reason = reason;

    /// <inheritdoc/>
    public override void Serialize(IXunitSerializationInfo data)
    {
        ArgumentNullException.ThrowIfNull(data);
        base.Serialize(data);
        data.AddValue("reason", _reason);
    }

    /// <inheritdoc/>
    public override void Deserialize(IXunitSerializationInfo data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _reason = data.GetValue<string>("reason");
        base.Deserialize(data);
    }

    /// <inheritdoc/>
    protected override string GetSkipReason(IAttributeInfo factAttribute) => _reason ?? base.GetSkipReason(factAttribute);
}
