namespace IOC.Host.Procedures;

/// <summary>Settings of procedures, section "Ioc:Procedures".</summary>
public sealed class ProcedureOptions
{
    /// <summary>Whether the procedure files are watched and taken in when they change. POST /api/v1/procedures/reload works either way.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>Seconds between two looks at the files, 1 to 3600. They are read once they look the same twice.</summary>
    public int PollSeconds { get; set; } = 2;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (PollSeconds is < 1 or > 3600)
        {
            throw new InvalidOperationException($"Procedures:{nameof(PollSeconds)} is out of range: use 1 to 3600.");
        }
    }
}
