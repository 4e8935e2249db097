namespace IOC.FirmwareSim.Cli;

/// <summary>Something that the user can put right: told in a sentence, without a stack trace.</summary>
internal sealed class UserErrorException : Exception
{
    public UserErrorException()
    {
    }

    public UserErrorException(string message)
        : base(message)
    {
    }

    public UserErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes it with the sentence in both languages.</summary>
    public UserErrorException(string english, string vietnamese)
        : base(Language.Say(english, vietnamese))
    {
    }
}
