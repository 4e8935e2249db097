namespace IOC.Mqtt.Wire;

/// <summary>Walks a property block without allocating; checks form, ranges, duplicates and what the packet allows.</summary>
internal ref struct MqttPropertyReader(ReadOnlySpan<byte> block, ulong allowed, bool manySubscriptionIdentifiers = false)
{
    private WireReader _reader = new(block);
    private ulong _seen;

    public MqttPropertyId Id { get; private set; }

    /// <summary>Value of a number.</summary>
    public uint Number { get; private set; }

    /// <summary>Value of a string or of binary data; the name of a user property.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Value of a user property.</summary>
    public ReadOnlySpan<byte> Second { get; private set; }

    /// <summary>Why <see cref="MoveNext"/> stopped early; its reason is Success at a proper end.</summary>
    public MqttError Error { get; private set; }

    public bool MoveNext()
    {
        if (_reader.AtEnd)
        {
            return false;
        }

        if (!_reader.TryVarInt(out var id) || id > 0x2A || (allowed & 1UL << (int)id) == 0)
        {
            return Fail(MqttError.Malformed("A property is not allowed in this packet."));
        }

        Id = (MqttPropertyId)id;
        var repeatable = Id == MqttPropertyId.UserProperty
            || (Id == MqttPropertyId.SubscriptionIdentifier && manySubscriptionIdentifiers);
        if (!repeatable && (_seen & 1UL << (int)id) != 0)
        {
            return Fail(MqttError.Protocol("A property is there twice."));
        }

        _seen |= 1UL << (int)id;
        return ReadValue() ? CheckRange() : Fail(MqttError.Malformed("A property is cut short or not well formed."));
    }

    private bool ReadValue()
    {
        switch (Id)
        {
            case MqttPropertyId.PayloadFormatIndicator or MqttPropertyId.RequestProblemInformation
                or MqttPropertyId.RequestResponseInformation or MqttPropertyId.MaximumQos or MqttPropertyId.RetainAvailable
                or MqttPropertyId.WildcardSubscriptionAvailable or MqttPropertyId.SubscriptionIdentifierAvailable
                or MqttPropertyId.SharedSubscriptionAvailable:
                var okByte = _reader.TryByte(out var small);
                Number = small;
                return okByte;
            case MqttPropertyId.ServerKeepAlive or MqttPropertyId.ReceiveMaximum or MqttPropertyId.TopicAliasMaximum
                or MqttPropertyId.TopicAlias:
                var okShort = _reader.TryUInt16(out var medium);
                Number = medium;
                return okShort;
            case MqttPropertyId.MessageExpiryInterval or MqttPropertyId.SessionExpiryInterval or MqttPropertyId.WillDelayInterval
                or MqttPropertyId.MaximumPacketSize:
                var okLong = _reader.TryUInt32(out var large);
                Number = large;
                return okLong;
            case MqttPropertyId.SubscriptionIdentifier:
                var okVar = _reader.TryVarInt(out var number);
                Number = number;
                return okVar;
            case MqttPropertyId.CorrelationData or MqttPropertyId.AuthenticationData:
                var okBinary = _reader.TryBinary(out var binary);
                Bytes = binary;
                return okBinary;
            case MqttPropertyId.UserProperty:
                var okPair = _reader.TryUtf8(out var name);
                okPair &= _reader.TryUtf8(out var value);
                Bytes = name;
                Second = value;
                return okPair;
            default:
                var okText = _reader.TryUtf8(out var text);
                Bytes = text;
                return okText;
        }
    }

    private bool CheckRange() => Id switch
    {
        MqttPropertyId.PayloadFormatIndicator or MqttPropertyId.RequestProblemInformation
            or MqttPropertyId.RequestResponseInformation or MqttPropertyId.MaximumQos or MqttPropertyId.RetainAvailable
            or MqttPropertyId.WildcardSubscriptionAvailable or MqttPropertyId.SubscriptionIdentifierAvailable
            or MqttPropertyId.SharedSubscriptionAvailable when Number > 1
            => Fail(MqttError.Protocol("A property that is 0 or 1 has another value.")),
        MqttPropertyId.ReceiveMaximum or MqttPropertyId.MaximumPacketSize or MqttPropertyId.SubscriptionIdentifier when Number == 0
            => Fail(MqttError.Protocol("A property that must not be 0 is 0.")),
        MqttPropertyId.TopicAlias when Number == 0
            => Fail(new MqttError(MqttReasonCode.TopicAliasInvalid, "The topic alias is 0.")),
        MqttPropertyId.ResponseTopic when !MqttTopic.IsValidName(Bytes)
            => Fail(MqttError.Protocol("The response topic is not a topic name.")),
        _ => true,
    };

    private bool Fail(MqttError error)
    {
        Error = error;
        return false;
    }
}
