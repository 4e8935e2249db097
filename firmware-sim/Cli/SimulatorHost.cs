using IOC.FirmwareSim.Publishing;
using Spectre.Console;

namespace IOC.FirmwareSim.Cli;

/// <summary>What the commands need of the world: clock, console, network. Tests put others in their place.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Output">Where results and progress lines go.</param>
/// <param name="Error">Where complaints go.</param>
/// <param name="Terminal">A terminal for live progress; null when the output is a file or a pipe.</param>
/// <param name="Links">Makes links to a broker.</param>
internal sealed record SimulatorHost(TimeProvider Time, TextWriter Output, TextWriter Error, IAnsiConsole? Terminal, Func<BrokerConnection, ILinkFactory> Links);
