using IOC.Host.Live;
using IOC.Ingest.Log;
using IOC.Mqtt;

namespace IOC.Host.Health;

/// <summary>Tells the operators' page when nothing can be stored, and when it can again.</summary>
internal sealed class StorageWatch(IReadingLog log, MqttServer mqtt, LiveView live, TimeProvider time, ILogger<StorageWatch> logger) : IHostedService, IDisposable
{
    /// <summary>What health says, in both languages.</summary>
    public const string DiskFull = "Đĩa đã đầy: bản tin của thiết bị bị từ chối, máy chủ tự tiếp tục khi có chỗ trống / The disk is full: publishes are refused, and the host goes on by itself when there is room";

    /// <summary>What health says of a disk that is read-only or fails, in both languages.</summary>
    public const string CannotWrite = "Không ghi được xuống đĩa: bản tin của thiết bị bị từ chối, máy chủ tự tiếp tục khi ghi lại được; hãy xem ổ đĩa có bị gắn chỉ đọc, hỏng hay sai quyền không / The disk cannot be written: publishes are refused, and the host goes on by itself when it can be; see whether it is mounted read-only, failing, or not this user's";

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private ITimer? _timer;
    private string _state = LiveStorage.Ok;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => Look(), null, s_interval, s_interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var store = mqtt.StoreHealth;
        var state = log.Health.IsFull || store.IsFull ? LiveStorage.Full : log.Health.IsFailing || store.IsFailing ? LiveStorage.Failing : LiveStorage.Ok;
        if (state == _state)
        {
            return;
        }

        logger.LogWarning("Storage was {Former}, is {State} now", _state, state);
        _state = state;
        live.UpdateStorage(state);
    }
}
