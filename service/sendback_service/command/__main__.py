from sendback_service.command import main

main()
